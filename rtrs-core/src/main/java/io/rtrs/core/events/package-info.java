/** What the library tells JDK Flight Recorder. Without a recording that asks for an event it costs a test of a flag. */
@NullMarked
package io.rtrs.core.events;

import org.jspecify.annotations.NullMarked;
