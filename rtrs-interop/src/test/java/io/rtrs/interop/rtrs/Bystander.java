package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.error.RtrsException;

/** A session that has nothing to do with what goes wrong beside it. */
final class Bystander implements AutoCloseable {
    private final MemoryServer server = new MemoryServer(true);
    private final ClientSession session = Clients.to(server.address())
            .sessionName("bystander")
            .ioConnections(1)
            .open();
    private final RegisteredMemory memory = session.allocate(8192);

    Bystander() throws RtrsException {
        check();
    }

    void check() throws RtrsException {
        assertThat(Clients.roundTrip(session, memory, 0, 1024, 5)).isTrue();
        assertThat(session.paths().getFirst().strayMessages()).isZero();
    }

    @Override
    public void close() {
        session.close();
        server.close();
    }
}
