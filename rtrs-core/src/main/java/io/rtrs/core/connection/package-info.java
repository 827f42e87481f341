/** One RC connection of a path: its queue pair, completion queue, send accounting and receive ring. No threads here. */
@NullMarked
package io.rtrs.core.connection;

import org.jspecify.annotations.NullMarked;
