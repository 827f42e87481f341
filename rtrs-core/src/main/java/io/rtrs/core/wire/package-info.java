/**
 * The messages of the protocol as bytes (spec/rtrs.md 3): records for those exchanged once, views for those of each
 * request. Pure: no IO, no clock.
 */
@NullMarked
package io.rtrs.core.wire;

import org.jspecify.annotations.NullMarked;
