package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientPath;
import io.rtrs.client.ClientSession;
import io.rtrs.core.Status;
import io.rtrs.core.error.Errno;
import io.rtrs.core.state.ClientPathState;
import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

/**
 * A device that throws while a heartbeat is posted ends its path: it does not leave it without heartbeats, credit by
 * credit.
 */
@Timeout(Subject.PATIENCE_S * 5)
class HeartbeatPostTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);
    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final int PATIENT = 10_000;

    private static FailingProvider provider(boolean afterwards, String thread) throws Exception {
        return provider(new ThrowingSend.Moment(afterwards, thread));
    }

    private static FailingProvider provider(ThrowingSend.Moment moment) throws Exception {
        FailingProvider provider = new FailingProvider(Subject.PROVIDER, 0);
        provider.throwing = moment;
        return provider;
    }

    @ParameterizedTest(name = "after it was posted: {0}")
    @ValueSource(booleans = {false, true})
    void theClientsPathEnds(boolean afterwards) throws Exception {
        Object before = Subject.handles();
        FailingProvider provider = provider(afterwards, "rtrs-clt-clt");
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address())
                        .provider(provider)
                        .heartbeat(INTERVAL, PATIENT)
                        .open()) {
            ClientPath path = session.paths().getFirst();
            provider.throwing.arm();
            await().atMost(PATIENCE).until(() -> path.state() == ClientPathState.CLOSED);
            assertThat(path.lastError()).hasValueSatisfying(e -> {
                assertThat(e.status()).isEqualTo(Status.CONNECTION_RESET);
                assertThat(e).hasMessageContaining("posting a heartbeat failed with errno 5");
            });
        }
        Clients.awaitHandles(before);
    }

    @ParameterizedTest(name = "after it was posted: {0}")
    @ValueSource(booleans = {false, true})
    void theServersPathEnds(boolean afterwards) throws Exception {
        Object before = Subject.handles();
        theServersPathEnds(provider(afterwards, "rtrs-server-control"));
        Clients.awaitHandles(before);
    }

    /** EAGAIN is for a path without credits: a device that says so where there must be room is broken. */
    @Test
    void theServersPathEndsIfTheDeviceHasNoRoom() throws Exception {
        theServersPathEnds(provider(ThrowingSend.Moment.refusing(Errno.EAGAIN, "rtrs-server-control")));
    }

    private static void theServersPathEnds(FailingProvider provider) throws Exception {
        try (MemoryServer server =
                        new MemoryServer(true, b -> b.provider(provider).heartbeat(INTERVAL, PATIENT));
                ClientSession session = Clients.to(server.address()).open()) {
            provider.throwing.arm();
            await().atMost(PATIENCE).until(() -> !session.isConnected());
            await().atMost(PATIENCE).until(() -> server.paths().isEmpty());
            assertThat(server.incidents()).contains("sending a heartbeat: EIO");
        }
    }
}
