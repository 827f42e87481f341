package io.rtrs.bench.peers.rtrs;

import io.rtrs.bench.load.MemoryBlocks;
import io.rtrs.bench.peers.work.PeerServer;
import io.rtrs.bench.peers.work.Shape;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.server.RtrsServer;
import io.rtrs.verbs.VerbsProviders;

import java.io.IOException;
import java.net.InetSocketAddress;

/** An RTRS server with its safe defaults and chunks that the largest block fits. */
public final class RtrsBlocksServer implements PeerServer {
    private final RtrsServer server;

    /** Listens. */
    public RtrsBlocksServer(InetSocketAddress address, MemoryBlocks blocks, WaitStrategy wait) throws IOException {
        server = RtrsServer.builder()
                .provider(VerbsProviders.named("softroce"))
                .listen(address)
                .chunkSize(2 * Shape.BLOCK_MAX)
                .queueDepth(2 * Shape.DEPTH_MAX)
                .waitStrategy(wait)
                .handler(blocks)
                .answerFrom(blocks.memory())
                .start();
    }

    @Override
    public void close() {
        server.close();
    }
}
