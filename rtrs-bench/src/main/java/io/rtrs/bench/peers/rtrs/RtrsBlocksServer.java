package io.rtrs.bench.peers.rtrs;

import io.rtrs.bench.load.MemoryBlocks;
import io.rtrs.bench.peers.work.PeerServer;
import io.rtrs.bench.peers.work.Shape;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.server.RtrsServer;
import io.rtrs.verbs.VerbsProviders;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;

/** An RTRS server with its safe defaults and chunks that the largest block fits. */
public final class RtrsBlocksServer implements PeerServer {
    private static final int LOOPS = 64;

    private final RtrsServer server;

    /**
     * Listens.
     *
     * @param wait how its loops wait; null: as the library does if nobody says
     */
    public RtrsBlocksServer(InetSocketAddress address, MemoryBlocks blocks, @Nullable WaitStrategy wait)
            throws IOException {
        this(address, blocks, wait, 0);
    }

    /**
     * Listens.
     *
     * @param loops of a path; 0: as many as the library takes if nobody says
     */
    public RtrsBlocksServer(InetSocketAddress address, MemoryBlocks blocks, @Nullable WaitStrategy wait, int loops)
            throws IOException {
        RtrsServer.Builder builder = RtrsServer.builder()
                .provider(VerbsProviders.named("softroce"))
                .listen(address)
                .chunkSize(2 * Shape.BLOCK_MAX)
                .queueDepth(2 * Shape.DEPTH_MAX)
                .handler(blocks)
                .answerFrom(blocks.memory());
        if (wait != null) {
            builder.waitStrategy(wait);
        }
        if (loops > 0) {
            builder.loops(loops, Math.max(loops, LOOPS));
        }
        server = builder.start();
    }

    @Override
    public void close() {
        server.close();
    }
}
