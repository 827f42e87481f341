package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.interop.subject.Subject;
import io.rtrs.soft.roce.driver.SoftRoceProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Where the wire is open to everybody: a session is not disturbed by what strangers send, and nothing of that is left. */
@Timeout(Subject.PATIENCE_S * 5)
class HostileWireTest {
    private static final int ROUND_TRIPS = 300;
    private static final int DATAGRAMS_FOR_EACH = 32;
    private static final int BYTES = 4096;

    private final AtomicInteger roundTrips = new AtomicInteger();

    @Test
    void aSessionGoesOnWhileStrangersSendAnything() throws Exception { // spec/rocev2.md 18.86
        assumeTrue(Subject.PROVIDER instanceof SoftRoceProvider);
        Object before = Subject.handles();
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address()).open();
                WireStranger stranger = new WireStranger(InetAddress.ofLiteral("127.0.74.66"), server.address(), 1)) {
            Object open = Subject.handles();
            CompletableFuture<Void> attack = CompletableFuture.runAsync(() -> attack(stranger));
            RegisteredMemory memory = session.allocate(2 * BYTES);
            for (int i = 0; i < ROUND_TRIPS; i++) {
                assertThat(Clients.roundTrip(session, memory, 0, BYTES, i)).isTrue();
                roundTrips.incrementAndGet();
            }
            attack.join();
            memory.close();
            Clients.awaitHandles(open);
            assertThat(session.paths().getFirst().isConnected()).isTrue();
            await().atMost(Duration.ofSeconds(Subject.PATIENCE_S))
                    .until(() -> server.server.sessions().size() == 1);
            assertThat(server.events).containsExactly("connected clt");
        }
        Clients.awaitHandles(before);
    }

    private void attack(WireStranger stranger) {
        try {
            for (int seen = roundTrips.get(); seen < ROUND_TRIPS; seen = roundTrips.get()) {
                for (int i = 0; i < DATAGRAMS_FOR_EACH; i++) {
                    stranger.send();
                }
                while (roundTrips.get() == seen) {
                    LockSupport.parkNanos(10_000);
                }
            }
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }
}
