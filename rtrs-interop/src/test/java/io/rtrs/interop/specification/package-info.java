/** Holds what code and tests cite of {@code docs/spec} against what is written there. */
@NullMarked
package io.rtrs.interop.specification;

import org.jspecify.annotations.NullMarked;
