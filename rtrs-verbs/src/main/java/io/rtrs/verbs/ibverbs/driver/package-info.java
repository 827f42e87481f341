/**
 * DiSNI's objects, verbs and connection management over the native libraries: owners of native handles, threads' waits
 * and lifetimes.
 */
@NullMarked
package io.rtrs.verbs.ibverbs.driver;

import org.jspecify.annotations.NullMarked;
