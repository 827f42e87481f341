/** The 32-bit immediates (spec/rtrs.md 2). Pure: no IO, no clock. */
@NullMarked
package io.rtrs.core.imm;

import org.jspecify.annotations.NullMarked;
