/**
 * What the queue pair of any provider in software consists of: the rings of its work requests, the memory that they name,
 * the memory that its peer names, and where completions go. Pure: no sockets, threads or clocks.
 */
@NullMarked
package io.rtrs.soft.queue;

import org.jspecify.annotations.NullMarked;
