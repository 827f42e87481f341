package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.Status;
import io.rtrs.core.error.Errno;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.DeviceAttr;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.HashSet;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A server whose device has no memory windows: chunks are registered anew for each request, and keys end as they do elsewhere. */
@Timeout(Subject.PATIENCE_S * 5)
class ServerWithoutWindowsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);
    private static final int BYTES = 3000;

    private final Random random = new Random(11);
    private Object before = "";

    @BeforeEach
    void count() throws IOException {
        before = Subject.handles();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        Clients.awaitHandles(before);
    }

    private static MemoryServer serverWithout(int regions) throws IOException {
        FailingProvider provider = new FailingProvider(Subject.PROVIDER, 0, d -> withoutWindows(d, regions));
        return new MemoryServer(true, b -> b.provider(provider).heartbeat(Duration.ofMinutes(10), 5));
    }

    private static DeviceAttr withoutWindows(DeviceAttr d, int regions) {
        return new DeviceAttr(
                d.name(),
                d.nodeGuid(),
                d.maxQp(),
                d.maxQpWr(),
                d.maxSge(),
                d.maxCqe(),
                Math.min(d.maxMr(), regions),
                d.maxMrSize(),
                0,
                false,
                false,
                d.localInvalidate(),
                d.postEntersKernel(),
                false);
    }

    private byte[] data() {
        byte[] data = new byte[BYTES];
        random.nextBytes(data);
        return data;
    }

    @Test
    void eachRequestGetsAKeyOfItsOwn() throws Exception {
        Set<Integer> keys = new HashSet<>();
        try (MemoryServer server = serverWithout(Integer.MAX_VALUE);
                RawClient client = RawClient.open(server.address(), "anew", 2)) {
            assertThat(client.accepted.newRkey()).isTrue();
            keys.add(client.chunks.rkeys()[5]);
            for (int round = 0; round < 20; round++) {
                byte[] data = data();
                client.postWrite(1, 5, data, MemoryServer.header(4096, 0));
                assertThat(client.answer(1).status()).isZero();
                keys.add(client.chunks.rkeys()[5]);
                client.postRead(1, 5, data.length, MemoryServer.header(4096, 0), round % 2 == 0);
                assertThat(client.answer(1).status()).isZero();
                keys.add(client.chunks.rkeys()[5]);
                assertThat(client.result(data.length)).isEqualTo(data);
            }
        }
        assertThat(keys).hasSize(41);
    }

    @Test
    void clientOfOursReadsWhatItWrote() throws Exception {
        try (MemoryServer server = serverWithout(Integer.MAX_VALUE);
                ClientSession session = Clients.to(server.address()).open()) {
            RegisteredMemory memory = session.allocate(2 * BYTES);
            for (int i = 0; i < 50; i++) {
                assertThat(Clients.roundTrip(session, memory, i * 8, BYTES, i)).isTrue();
            }
        }
    }

    @Test
    void keyOfARequestIsDeadWhileItsHandlerLooksAtTheData() throws Exception {
        Queue<Held> held = new ConcurrentLinkedQueue<>();
        byte[] data = data();
        try (MemoryServer server = serverWithout(Integer.MAX_VALUE)) {
            server.before = (operation, handle) -> held.add(new Held(operation, handle));
            try (RawClient client = RawClient.open(server.address(), "hasty", 2)) {
                client.postWrite(1, 5, data, MemoryServer.header(0, 0));
                await().atMost(PATIENCE).until(() -> !held.isEmpty());
                client.postWrite(0, 5, data(), MemoryServer.header(0, 0)); // with the key of the first
                client.awaitDisconnected(0);
                MemorySegment seen = held.element().operation().chunk().asSlice(0, BYTES);
                assertThat(seen.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(data);
                held.remove().respond(Status.OK);
            }
            await().atMost(PATIENCE).until(() -> server.server.sessions().isEmpty());
            assertThat(held).isEmpty();
        }
    }

    @Test
    void deviceWithTooFewRegionsIsNamed() throws Exception {
        try (MemoryServer server = serverWithout(MemoryServer.QUEUE_DEPTH)) {
            RawClient.Rejected rejected = catchThrowableOfType(
                    RawClient.Rejected.class, () -> RawClient.open(server.address(), "refused", 2));
            assertThat(rejected.errno()).isEqualTo(-Errno.EOPNOTSUPP);
            assertThat(server.incidents())
                    .contains("neither memory windows", "8 regions", "queueDepth", "alwaysInvalidate(false)");
        }
    }
}
