/** Fixtures and tests that run against the kernel in an emulated machine. */
@NullMarked
package io.rtrs.interop;

import org.jspecify.annotations.NullMarked;
