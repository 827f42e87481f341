/** The C library: functions that more than one provider calls, and its error numbers. For providers of this project alone. */
@NullMarked
package io.rtrs.verbs.libc;

import org.jspecify.annotations.NullMarked;
