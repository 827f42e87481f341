/** The C library's functions on memory, those that every platform's has. */
@NullMarked
package io.rtrs.verbs.memory.libc;

import org.jspecify.annotations.NullMarked;
