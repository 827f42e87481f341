package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.client.ClientPath;
import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.state.ClientPathState;
import io.rtrs.core.stats.PathCounter;
import io.rtrs.core.wire.ConReq;
import io.rtrs.core.wire.ConRsp;
import io.rtrs.interop.subject.Subject;
import io.rtrs.server.ServerPath;
import io.rtrs.verbs.DeviceAttr;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A path that broke comes back by itself, or says why it does not. */
@Timeout(Subject.PATIENCE_S * 5)
class ClientReconnectTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);
    private static final int BYTES = 512;

    /** A server that refuses, keeps silent, or has another queue depth, when it is told so. */
    private static final class Script extends RawScript {
        final AtomicInteger refusals = new AtomicInteger();
        volatile int errno = Errno.EBUSY;
        volatile boolean silent;
        volatile int queueDepth = QUEUE_DEPTH;

        @Override
        byte @Nullable [] reject(ConReq request) {
            if (request.reconnectCount() == 1 || refusals.getAndDecrement() <= 0) {
                return null;
            }
            return new ConRsp.Reject(-errno).encode();
        }

        @Override
        byte @Nullable [] accept(ConReq request) {
            return silent ? null : new ConRsp.Accept(queueDepth, MAX_IO, MAX_HEADER, newRkey()).encode();
        }
    }

    private static RtrsClient.Builder client(RawServer server, int attemptsMax) {
        return ClientBadInputTest.client(server).reconnect(Duration.ZERO, Duration.ofMillis(10), attemptsMax);
    }

    private static MemorySegment header() {
        return MemorySegment.ofArray(new byte[8]);
    }

    private static void awaitState(ClientPath path, ClientPathState state) {
        await().atMost(PATIENCE).until(() -> path.state() == state);
    }

    private static void awaitCounter(ClientPath path, PathCounter counter, long value) {
        await().atMost(PATIENCE).until(() -> path.counter(counter) == value);
    }

    @Test
    void aPathThatBrokeComesBackAsTheSamePath() throws Exception {
        Object before = Subject.handles();
        LinkEvents events = new LinkEvents();
        try (RawServer server = new RawServer(new Script());
                ClientSession session =
                        client(server, -1).sessionListener(events).open()) {
            RegisteredMemory memory = session.allocate(BYTES);
            ClientPath path = session.paths().getFirst();
            for (int round = 1; round <= 2; round++) {
                session.write(header(), memory, 0, BYTES);
                server.disconnectAll();
                awaitCounter(path, PathCounter.RECONNECTS_OK, round);
                assertThat(path.state()).isEqualTo(ClientPathState.CONNECTED);
            }
            session.read(header(), memory, 0, BYTES);
            assertThat(server.requests).extracting(ConReq::reconnectCount).containsExactly(1, 1, 2, 2, 3, 3);
            assertThat(server.requests).extracting(ConReq::firstConnection).containsOnly(true);
            assertThat(server.requests).extracting(ConReq::pathUuid).containsOnly(path.uuid());
            assertThat(path.counter(PathCounter.RECONNECTS_FAILED)).isZero();
            assertThat(path.lastError()).isPresent(); // it stays, and says when
            assertThat(path.lastErrorTime()).isPresent();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(events.seen)
                            .containsExactly(
                                    LinkEvents.DISCONNECTED,
                                    LinkEvents.RECONNECTED,
                                    LinkEvents.DISCONNECTED,
                                    LinkEvents.RECONNECTED));
        }
        Clients.awaitHandles(before);
    }

    /** It says nothing of the path: such attempts are not counted. */
    @Test
    void aServerThatRefusesForTheMomentIsAskedAgain() throws Exception {
        Object before = Subject.handles();
        Script script = new Script();
        try (RawServer server = new RawServer(script);
                ClientSession session = client(server, 1).open()) {
            RegisteredMemory memory = session.allocate(BYTES);
            ClientPath path = session.paths().getFirst();
            script.refusals.set(2);
            server.disconnectAll();
            awaitCounter(path, PathCounter.RECONNECTS_OK, 1);
            assertThat(path.counter(PathCounter.RECONNECTS_FAILED)).isEqualTo(2);
            assertThat(path.lastError())
                    .hasValueSatisfying(e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
            session.write(header(), memory, 0, BYTES);
        }
        Clients.awaitHandles(before);
    }

    @Test
    void attemptsThatAreUsedUpCloseThePath() throws Exception {
        Object before = Subject.handles();
        Script script = new Script();
        try (RawServer server = new RawServer(script);
                ClientSession session = client(server, 2).open()) {
            RegisteredMemory memory = session.allocate(BYTES);
            ClientPath path = session.paths().getFirst();
            script.errno = Errno.ECONNRESET;
            script.refusals.set(Integer.MAX_VALUE);
            server.disconnectAll();
            awaitState(path, ClientPathState.CLOSED);
            assertThat(path.counter(PathCounter.RECONNECTS_FAILED)).isEqualTo(2);
            assertThatThrownBy(() -> session.write(header(), memory, 0, BYTES))
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ECONNABORTED));
        }
        Clients.awaitHandles(before);
    }

    @Test
    void anotherQueueDepthEndsTheReconnecting() throws Exception { // spec/rtrs.md 19.36, V10
        Object before = Subject.handles();
        Script script = new Script();
        try (RawServer server = new RawServer(script);
                ClientSession session = client(server, -1).open()) {
            ClientPath path = session.paths().getFirst();
            script.queueDepth = RawScript.QUEUE_DEPTH / 2;
            server.disconnectAll();
            awaitState(path, ClientPathState.CLOSED);
            assertThat(path.counter(PathCounter.RECONNECTS_FAILED)).isEqualTo(1);
            assertThat(path.lastError())
                    .hasValueSatisfying(e -> assertThat(e)
                            .hasMessageContaining("CON_RSP.queue_depth = 4, but the session was opened with 8"));
        }
        Clients.awaitHandles(before);
    }

    /** The server says that it does not serve this client; who reconnects by hand asks once more. */
    @Test
    void aRefusalThatLastsEndsTheReconnecting() throws Exception {
        Object before = Subject.handles();
        Script script = new Script();
        try (RawServer server = new RawServer(script);
                ClientSession session = client(server, -1).open()) {
            ClientPath path = session.paths().getFirst();
            script.errno = Errno.EACCES;
            script.refusals.set(2);
            server.disconnectAll();
            awaitState(path, ClientPathState.CLOSED);
            assertThat(path.counter(PathCounter.RECONNECTS_FAILED)).isEqualTo(1);
            assertThat(path.lastError()).hasValueSatisfying(e -> {
                assertThat(e.errno()).isEqualTo(Errno.EACCES);
                assertThat(e).hasMessageContaining("does not serve this client");
            });
            assertThatThrownBy(() -> session.reconnectPath(path)).isInstanceOf(RtrsException.class);
            awaitState(path, ClientPathState.CLOSED);
            session.reconnectPath(path);
            assertThat(path.isConnected()).isTrue();
        }
        Clients.awaitHandles(before);
    }

    /** Nobody waits for the answer of a silent server, nor for the next attempt. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSessionIsClosedWhileItsPathConnectsOrWaits(boolean connects) throws Exception {
        Object before = Subject.handles();
        Script script = new Script();
        try (RawServer server = new RawServer(script);
                ClientSession session = client(server, -1)
                        .reconnect(connects ? Duration.ZERO : Duration.ofDays(1), Duration.ZERO, -1)
                        .open()) {
            script.silent = true;
            server.disconnectAll();
            ClientPath path = session.paths().getFirst();
            awaitState(path, connects ? ClientPathState.CONNECTING : ClientPathState.RECONNECTING);
            CompletableFuture.runAsync(session::close).get(Subject.PATIENCE_S, TimeUnit.SECONDS);
            assertThat(path.state()).isEqualTo(ClientPathState.CLOSED);
        }
        Clients.awaitHandles(before);
    }

    /** Memory that was registered before is known to the device that the path leaves through now. */
    @Test
    void aPathMayComeBackThroughADeviceThatTheSessionDoesNotKnow() throws Exception {
        assumeTrue(Subject.isSoftware());
        Object before = Subject.handles();
        AtomicBoolean other = new AtomicBoolean();
        FailingProvider provider = new FailingProvider(Subject.PROVIDER, 0, d -> other.get() ? another(d) : d);
        try (RawServer server = new RawServer(new Script());
                ClientSession session =
                        client(server, -1).provider(provider).copyBuffers(true).open()) {
            RegisteredMemory memory = session.allocate(BYTES);
            RegisteredMemory closed = session.allocate(BYTES);
            closed.close();
            other.set(true);
            server.disconnectAll();
            ClientPath path = session.paths().getFirst();
            awaitCounter(path, PathCounter.RECONNECTS_OK, 1);
            session.write(header(), memory, 0, BYTES);
            session.read(header(), memory, 0, BYTES);
            RegisteredMemory later = session.allocate(BYTES);
            session.write(header(), later, 0, BYTES);
            assertThat(path.isConnected()).isTrue();
            memory.close();
        }
        Clients.awaitHandles(before);
    }

    static DeviceAttr another(DeviceAttr d) {
        return new DeviceAttr(
                d.name(),
                d.nodeGuid() + 1,
                d.maxQp(),
                d.maxQpWr(),
                d.maxSge(),
                d.maxCqe(),
                d.maxMr(),
                d.maxMrSize(),
                d.maxMw(),
                d.windowType1(),
                d.windowType2(),
                d.localInvalidate(),
                d.postEntersKernel(),
                d.windowsAtHand());
    }

    @Test
    void noRequestFailsWhilePathsGoAndComeBackInTurn() throws Exception {
        assumeTrue(Subject.isSoftware());
        assumeTrue(Subject.ADDRESS.isLoopbackAddress()); // a real server has one path between two addresses
        Object before = Subject.handles();
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address())
                        .path("ip:127.0.0.2@ip:%s".formatted(Subject.ADDRESS.getHostAddress()))
                        .reconnect(Duration.ZERO, Duration.ofMillis(10), -1)
                        .open()) {
            Writers writers = new Writers(session);
            for (int turn = 0; turn < 4; turn++) {
                ClientPath path = session.paths().get(turn % 2);
                long returns = path.counter(PathCounter.RECONNECTS_OK);
                server.paths().stream()
                        .filter(p -> p.uuid().equals(path.uuid()))
                        .forEach(ServerPath::disconnect);
                awaitCounter(path, PathCounter.RECONNECTS_OK, returns + 1);
                writers.awaitMore();
            }
            writers.stop();
            for (ClientPath path : session.paths()) {
                assertThat(path.inFlight()).isZero();
                assertThat(path.counter(PathCounter.IN_FLIGHT)).isZero();
                assertThat(path.strayMessages()).isZero();
            }
        }
        Clients.awaitHandles(before);
    }
}
