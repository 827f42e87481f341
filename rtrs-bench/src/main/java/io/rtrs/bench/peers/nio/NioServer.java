package io.rtrs.bench.peers.nio;

import io.rtrs.bench.peers.stream.BlockServer;
import io.rtrs.bench.peers.stream.FrameReader;
import io.rtrs.bench.peers.work.PeerServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A server of one client after the other. */
public final class NioServer implements PeerServer {
    private final ServerSocketChannel listener;
    private final MemorySegment memory;
    private final boolean spins;
    private volatile boolean closed;

    /** Listens. */
    public NioServer(InetSocketAddress address, MemorySegment memory, boolean spins) throws IOException {
        this.listener = ServerSocketChannel.open().bind(address);
        this.memory = memory;
        this.spins = spins;
        Thread.ofPlatform().daemon().name("nio-server").start(this::serve);
    }

    private void serve() {
        try {
            while (!closed) {
                serve(listener.accept());
            }
        } catch (IOException e) {
            if (!closed) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void serve(SocketChannel channel) throws IOException {
        try (NioStream stream = new NioStream(channel, spins)) {
            FrameReader reader = BlockServer.reader(memory, stream);
            while (!closed && stream.read(reader)) {
                stream.flush();
            }
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        listener.close();
    }
}
