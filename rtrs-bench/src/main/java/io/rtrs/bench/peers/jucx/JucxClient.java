package io.rtrs.bench.peers.jucx;

import io.rtrs.bench.peers.stream.BlockClient;
import io.rtrs.bench.peers.work.BlockLoad;
import io.rtrs.bench.peers.work.PeerClient;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/** A client whose caller does everything, spinning. */
public final class JucxClient implements PeerClient {
    private final JucxEnd end;
    private final BlockClient client;

    /** Connects. */
    public JucxClient(InetSocketAddress server) {
        end = JucxEnd.client(server);
        client = new BlockClient(end);
        end.reader(client.reader());
    }

    @Override
    public MemorySegment blocks() {
        return client.blocks();
    }

    @Override
    public void run(BlockLoad load) throws IOException {
        client.start(load);
        while (!load.isOver()) {
            if (!end.turn()) {
                Thread.onSpinWait();
            }
            if (end.failure() != null) {
                throw new IOException("the connection broke: " + end.failure());
            }
        }
    }

    @Override
    public void close() {
        end.close();
    }
}
