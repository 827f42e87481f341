package io.rtrs.bench.peers.nio;

import io.rtrs.bench.peers.stream.BlockClient;
import io.rtrs.bench.peers.stream.FrameReader;
import io.rtrs.bench.peers.work.BlockLoad;
import io.rtrs.bench.peers.work.PeerClient;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;

/** A client whose caller sends and receives. */
public final class NioClient implements PeerClient {
    private final NioStream stream;
    private final BlockClient client;
    private final FrameReader reader;

    /** Connects. */
    public NioClient(InetSocketAddress server, boolean spins) throws IOException {
        stream = new NioStream(SocketChannel.open(server), spins);
        client = new BlockClient(stream);
        reader = client.reader();
    }

    @Override
    public MemorySegment blocks() {
        return client.blocks();
    }

    @Override
    public void run(BlockLoad load) throws IOException {
        client.start(load);
        stream.flush();
        while (!load.isOver()) {
            if (!stream.read(reader)) {
                throw new EOFException("the server is gone");
            }
            stream.flush();
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
