/** State machines as tables: the paths of client and server (spec/rtrs.md 6). Pure: no IO, no clock. */
@NullMarked
package io.rtrs.core.state;

import org.jspecify.annotations.NullMarked;
