package io.rtrs.bench.peers.aeron;

import io.rtrs.bench.peers.stream.BlockClient;
import io.rtrs.bench.peers.work.BlockLoad;
import io.rtrs.bench.peers.work.PeerClient;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/** A client whose caller does everything, spinning. */
public final class AeronClient implements PeerClient {
    private static final long PATIENCE_NS = 30_000_000_000L;

    private final AeronEnd end;
    private final BlockClient client;

    /** Connects. */
    public AeronClient(InetSocketAddress server) throws IOException {
        end = AeronEnd.client(server);
        client = new BlockClient(end);
        end.reader(client.reader());
        long startNs = System.nanoTime();
        while (!end.isConnected()) {
            end.turn();
            if (System.nanoTime() - startNs > PATIENCE_NS) {
                end.close();
                throw new IOException("nobody answers on " + server);
            }
        }
    }

    @Override
    public MemorySegment blocks() {
        return client.blocks();
    }

    @Override
    public void run(BlockLoad load) {
        client.start(load);
        while (!load.isOver()) {
            if (!end.turn()) {
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public void close() {
        end.close();
    }
}
