package io.rtrs.interop.rtrs;

import io.rtrs.client.RtrsClient;
import io.rtrs.interop.subject.Subject;
import io.rtrs.soft.inprocess.InProcessProvider;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A server on a provider of its own, whose cable may be cut without disturbing other tests. */
final class RawDeadServer implements AutoCloseable {
    private final InProcessProvider provider;
    private final RawServer server;

    RawDeadServer(InProcessProvider provider) throws IOException {
        this.provider = provider;
        this.server = new RawServer(new RawScript(), provider, Subject.ADDRESS);
    }

    RtrsClient.Builder client() {
        return Clients.to(new InetSocketAddress(Subject.ADDRESS, server.port())).provider(provider);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
