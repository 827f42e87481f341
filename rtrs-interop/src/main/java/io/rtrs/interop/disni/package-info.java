/** A program written for DiSNI's endpoint classes, which runs on our providers without DiSNI's native library. */
@NullMarked
package io.rtrs.interop.disni;

import org.jspecify.annotations.NullMarked;
