/** Placeholder. */
@NullMarked
package io.rtrs.core;

import org.jspecify.annotations.NullMarked;
