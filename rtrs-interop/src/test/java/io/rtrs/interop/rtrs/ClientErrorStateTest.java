package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.state.ClientPathState;
import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A queue pair that goes to error because of what the peer did, while the peer stays connected. */
@Timeout(Subject.PATIENCE_S * 5)
class ClientErrorStateTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);

    @Test
    void requestsEndWhenTheServerWritesWhereItMustNotAndStays() throws Exception {
        Object before = Subject.handles();
        RawScript script = new RawScript() {
            @Override
            void onRequest(RawServerConnection connection, int immediate) {
                connection.write(1 << 20, 0x7fffff, MemorySegment.ofArray(new byte[8]));
            }
        };
        try (RawServer server = new RawServer(script);
                ClientSession session = ClientBadInputTest.client(server).open()) {
            RegisteredMemory memory = session.allocate(512);
            Permit permit = session.getPermit(ConnectionType.IO);
            CompletableFuture<Status> status = new CompletableFuture<>();
            Status accepted = session.request(
                    Direction.WRITE,
                    permit,
                    (p, s) -> status.complete(s),
                    MemorySegment.ofArray(new byte[4]),
                    memory,
                    0,
                    512);
            assertThat(accepted).isEqualTo(Status.OK);
            assertThat(status.get(Subject.PATIENCE_S, TimeUnit.SECONDS)).isEqualTo(Status.CONNECTION_ABORTED);
            session.putPermit(permit);
            await().atMost(PATIENCE).until(() -> session.paths().getFirst().state() == ClientPathState.CLOSED);
            // On iWARP the connection of both ends with it.
            String why = Subject.isIwarp() ? "con 1" : "con 1 is in error";
            assertThat(session.paths().getFirst().lastError())
                    .hasValueSatisfying(e -> assertThat(e).hasMessageContaining(why));
        }
        Clients.awaitHandles(before);
    }

    @Test
    void anOrderlyCloseIsNoError() throws Exception {
        try (RawServer server = new RawServer(new RawScript())) {
            ClientSession session = ClientBadInputTest.client(server).open();
            RegisteredMemory memory = session.allocate(512);
            session.write(MemorySegment.ofArray(new byte[4]), memory, 0, 512);
            session.close();
            assertThat(session.paths().getFirst().state()).isEqualTo(ClientPathState.CLOSED);
            assertThat(session.paths().getFirst().lastError()).isEmpty();
        }
    }
}
