package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientSession;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Errors of a server's device, thrown where nobody expects them: the path ends, and nothing waits for it. */
@Timeout(Subject.PATIENCE_S * 5)
class ServerErrorsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);
    private static final int BYTES = 512;

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void a_device_that_throws_while_it_answers_ends_the_path(boolean alwaysInvalidate, boolean afterwards)
            throws Exception {
        Object before = Subject.handles();
        FailingProvider provider = new FailingProvider(Subject.PROVIDER, 0);
        ThrowingSend.Moment moment = new ThrowingSend.Moment(afterwards);
        provider.throwing = moment;
        Queue<Held> held = new ConcurrentLinkedQueue<>();
        try (MemoryServer server = new MemoryServer(alwaysInvalidate, builder -> builder.provider(provider))) {
            server.before = (operation, handle) -> held.add(new Held(operation, handle));
            try (ClientSession session = Clients.to(server.address()).open()) {
                session.setReconnectAttemptsMax(0);
                CompletableFuture<Void> write = session.submit(
                        Direction.WRITE, ConnectionType.IO, Clients.header(0, 0), session.allocate(BYTES), 0, BYTES);
                await().atMost(PATIENCE).until(() -> !held.isEmpty());
                moment.arm();
                held.remove().respond(Status.OK); // not the handler's fault: it hears nothing of it
                await().atMost(PATIENCE).until(() -> server.server.sessions().isEmpty());
                assertThat(server.incidents()).contains("IllegalStateException");
                await().atMost(PATIENCE).until(write::isDone);
            }
        }
        Clients.awaitHandles(before);
    }
}
