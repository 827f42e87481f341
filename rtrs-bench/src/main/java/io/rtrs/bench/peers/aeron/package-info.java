/** Aeron over UDP, each process with a media driver of its own that the process's one busy thread invokes. */
@NullMarked
package io.rtrs.bench.peers.aeron;

import org.jspecify.annotations.NullMarked;
