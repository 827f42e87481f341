/**
 * RDMA verbs for Java: DiSNI's classes, with what RTRS needs beyond them.
 *
 * <p>DiSNI's {@link com.ibm.disni.verbs.RdmaCm} and {@link com.ibm.disni.verbs.RdmaVerbs} are abstract; a
 * {@link io.rtrs.verbs.VerbsProvider} implements both, in the extended forms {@link io.rtrs.verbs.ExtendedCm} and {@link
 * io.rtrs.verbs.ExtendedVerbs}. {@link io.rtrs.verbs.DisniProvider} puts our providers behind DiSNI's own static entry
 * points, so that a program written for DiSNI runs without its native library.
 */
@NullMarked
package io.rtrs.verbs;

import org.jspecify.annotations.NullMarked;
