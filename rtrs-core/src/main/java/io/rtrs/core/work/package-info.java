/** How a loop waits when there is nothing to do. */
@NullMarked
package io.rtrs.core.work;

import org.jspecify.annotations.NullMarked;
