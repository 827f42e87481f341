package io.rtrs.bench.peers.stream;

import io.rtrs.bench.peers.work.PeerServer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;

/** A server of one client, whose thread spins. */
public final class SpinningServer implements PeerServer {
    private final SpinningEnd end;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Serves.
     *
     * @param name of its thread
     * @param end which it closes
     * @param memory where the blocks are
     */
    public SpinningServer(String name, SpinningEnd end, MemorySegment memory) {
        this.end = end;
        end.reader(BlockServer.reader(memory, end));
        thread = Thread.ofPlatform().daemon().name(name).start(this::serve);
    }

    private void serve() {
        try (SpinningEnd served = end) {
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
