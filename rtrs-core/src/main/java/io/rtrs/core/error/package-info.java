/** Errno numbers and the exceptions that carry them. Pure: no IO, no clock. */
@NullMarked
package io.rtrs.core.error;

import org.jspecify.annotations.NullMarked;
