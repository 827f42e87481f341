package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.state.ClientPathState;
import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A peer whose device still acknowledges but whose program is dead: only missing heartbeats tell. */
@Timeout(180)
class DeadPeerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);

    // spec/rtrs.md 19.81; the other way round is silentClientIsDeclaredDead
    @Test
    void requestsOfASilentServerFailOnceWhenItsHeartbeatsAreMissed() throws Exception {
        Object before = Subject.handles();
        AtomicInteger calls = new AtomicInteger();
        try (RawServer server = new RawServer(new RawScript());
                ClientSession session = Clients.to(new InetSocketAddress(Subject.ADDRESS, server.port()))
                        .heartbeat(Duration.ofMillis(500), 5)
                        .open()) {
            RegisteredMemory memory = session.allocate(512);
            session.write(Clients.header(0, 0), memory, 0, 512);
            server.mute();
            CompletableFuture<Void> write = session.submit(
                            Direction.WRITE, ConnectionType.IO, new byte[4], memory, 0, 512)
                    .whenComplete((ok, failure) -> calls.incrementAndGet());
            assertThatThrownBy(() -> write.get(Subject.PATIENCE_S, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ECONNABORTED));
            await().atMost(PATIENCE).until(() -> session.paths().getFirst().state() == ClientPathState.CLOSED);
            assertThat(session.paths().getFirst().lastError())
                    .hasValueSatisfying(e -> assertThat(e).hasMessageContaining("the server has been silent"));
            assertThat(calls).hasValue(1);
        }
        Clients.awaitHandles(before);
    }
}
