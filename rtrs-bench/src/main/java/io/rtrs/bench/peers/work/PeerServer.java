package io.rtrs.bench.peers.work;

import java.io.IOException;

/** A server that listens. */
public interface PeerServer extends AutoCloseable {
    @Override
    void close() throws IOException;
}
