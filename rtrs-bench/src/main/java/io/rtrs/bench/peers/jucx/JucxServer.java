package io.rtrs.bench.peers.jucx;

import io.rtrs.bench.peers.stream.BlockServer;
import io.rtrs.bench.peers.work.PeerServer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/** A server of one client, whose thread spins. */
public final class JucxServer implements PeerServer {
    private final JucxEnd end;
    private final Thread thread;
    private volatile boolean closed;

    /** Listens. */
    public JucxServer(InetSocketAddress address, MemorySegment memory) {
        end = JucxEnd.server(address);
        end.reader(BlockServer.reader(memory, end));
        thread = Thread.ofPlatform().daemon().name("jucx-server").start(this::serve);
    }

    private void serve() {
        try (JucxEnd served = end) {
            while (!closed) {
                if (!served.turn()) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("closing");
        }
    }
}
