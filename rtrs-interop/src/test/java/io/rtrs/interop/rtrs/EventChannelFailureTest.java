package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.Status;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.state.ClientPathState;
import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;

/** An end that hears no events any more must not look alive: it closes, says why, and leaves nothing. */
@Timeout(180)
class EventChannelFailureTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);

    @Test
    void aServerThatHearsNoEventsClosesItsPathsAndItself() throws Exception {
        Object before = Subject.handles();
        DeafProvider provider = new DeafProvider(Subject.PROVIDER);
        try (MemoryServer server = new MemoryServer(true, b -> b.provider(provider));
                ClientSession session = Clients.to(server.address()).open()) {
            provider.deafen();
            await().atMost(PATIENCE).until(() -> session.paths().getFirst().state() == ClientPathState.CLOSED);
            await().atMost(PATIENCE).until(() -> server.events.contains("disconnected clt"));
            assertThat(server.incidents()).contains("the event channel fails for the test");
            assertThat(server.server.incidents())
                    .anySatisfy(incident -> assertThat(incident.status()).isEqualTo(Status.IO_ERROR));
        }
        Clients.awaitHandles(before);
    }

    @Test
    void aSessionThatHearsNoEventsClosesItsPaths() throws Exception {
        Object before = Subject.handles();
        DeafProvider provider = new DeafProvider(Subject.PROVIDER);
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address())
                        .provider(provider)
                        .connectTimeout(Duration.ofSeconds(Subject.GOODBYE_S)) // the server's is not heard
                        .open()) {
            RegisteredMemory memory = session.allocate(512);
            session.write(Clients.header(0, 0), memory, 0, 512);
            provider.deafen();
            await().atMost(PATIENCE).until(() -> session.paths().getFirst().state() == ClientPathState.CLOSED);
            assertThatThrownBy(() -> session.write(Clients.header(0, 0), memory, 0, 512))
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ECONNABORTED));
            await().atMost(PATIENCE).until(() -> server.events.contains("disconnected clt"));
        }
        Clients.awaitHandles(before);
    }
}
