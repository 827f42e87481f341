package io.rtrs.bench.peers.work;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** A connection to a server. <b>Threading:</b> one thread at a time. */
public interface PeerClient extends AutoCloseable {
    /** Where the blocks of requests are: {@link Shape#BLOCK_MAX} bytes for each of {@link Shape#DEPTH_MAX} slots. */
    MemorySegment blocks();

    /** Starts a load, on whatever thread, and returns when it is over. */
    void run(BlockLoad load) throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
}
