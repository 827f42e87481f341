/** UCX over TCP by its Java binding: tagged messages, one for each request and answer. */
@NullMarked
package io.rtrs.bench.peers.jucx;

import org.jspecify.annotations.NullMarked;
