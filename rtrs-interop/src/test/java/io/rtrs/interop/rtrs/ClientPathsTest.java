package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.client.ClientPath;
import io.rtrs.client.ClientSession;
import io.rtrs.client.MultipathPolicy;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.state.ClientPathState;
import io.rtrs.core.stats.PathCounter;
import io.rtrs.core.wire.ConReq;
import io.rtrs.interop.subject.Subject;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Paths are added, removed, disconnected and reconnected by hand, and policies changed, while requests go on. */
@Timeout(Subject.PATIENCE_S * 5)
class ClientPathsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);
    private static final int BYTES = 512;

    /** A real server has one path between two addresses, and an emulated machine two addresses. */
    @BeforeEach
    void twoSources() {
        assumeTrue(Subject.isSoftware());
        assumeTrue(Subject.ADDRESS.isLoopbackAddress());
    }

    private static String server() {
        return "ip:" + Subject.ADDRESS.getHostAddress();
    }

    private static String from(int last) {
        return "ip:127.0.0." + last + "@" + server();
    }

    private static RtrsClient.Builder client(MemoryServer server) {
        return Clients.to(server.address()).reconnect(Duration.ZERO, Duration.ofMillis(10), -1);
    }

    /** A session whose only path was asked for with the source that would have been found. */
    private static RtrsClient.Builder explicit(MemoryServer server) throws RtrsException {
        String resolved;
        try (ClientSession session = client(server).open()) {
            resolved = session.paths().getFirst().name();
        }
        return RtrsClient.builder()
                .sessionName("explicit")
                .path(resolved)
                .port(server.address().getPort())
                .provider(Subject.PROVIDER)
                .ioConnections(2)
                .connectTimeout(PATIENCE);
    }

    private static void assertRoundTrip(ClientSession session, RegisteredMemory memory) throws RtrsException {
        assertThat(Clients.roundTrip(session, memory, 0, BYTES, 7)).isTrue();
    }

    private static void refused(int errno, String why, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RtrsException.class, e -> assertThat(e.errno()).isEqualTo(errno))
                .hasMessageContaining(why);
    }

    @Test
    void aPathThatIsAddedTakesRequests() throws Exception {
        Object before = Subject.handles();
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = client(server).open()) {
            RegisteredMemory memory = session.allocate(2 * BYTES);
            ClientPath added = session.addPath(from(2));
            assertThat(session.paths()).hasSize(2).last().isSameAs(added);
            assertThat(added.isConnected()).isTrue();
            assertThat(added.name()).isEqualTo(from(2));
            assertThat(added.sourceAddress()).isEqualTo("ip:127.0.0.2");
            assertThat(added.destinationAddress()).isEqualTo(server());
            assertThat(added.deviceName()).isNotEmpty();
            assertThat(added.devicePort()).isEqualTo(1);
            for (int i = 0; i < 8; i++) {
                assertRoundTrip(session, memory);
            }
            assertThat(added.counter(PathCounter.WRITES) + added.counter(PathCounter.READS))
                    .isEqualTo(8);
            assertThat(server.server.sessions()).hasSize(1);
            assertThat(server.paths()).hasSize(2);
            added.resetCounters();
            assertThat(added.counter(PathCounter.WRITES) + added.counter(PathCounter.READS))
                    .isZero();
        }
        Clients.awaitHandles(before);
    }

    @Test
    void whatCannotBeAddedSaysWhyAndLeavesNothing() throws Exception { // spec/rtrs.md 19.75
        Object before = Subject.handles();
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = client(server).path(from(2)).open()) {
            RegisteredMemory memory = session.allocate(2 * BYTES);
            List<ClientPath> paths = session.paths();
            refused(Errno.EEXIST, "exists already", () -> session.addPath(from(2)));
            refused(
                    Errno.EEXIST,
                    "exists already",
                    () -> session.addPath(paths.getFirst().name()));
            refused(Errno.EINVAL, "different address families", () -> session.addPath("ip:::1"));
            refused(Errno.EINVAL, "different address families", () -> session.addPath("ip:::1@" + server()));
            refused(Errno.EINVAL, "bad destination", () -> session.addPath("ip:nonsense"));
            refused(Errno.EPROTONOSUPPORT, "must start with ip:", () -> session.addPath("127.0.0.1"));
            refused(Errno.EINVAL, "different address families", () -> session.addPath("gid:fe80::1"));
            refused(Errno.ECONNREFUSED, "add path ip:127.0.0.77", () -> session.addPath("ip:127.0.0.77"));
            assertThat(session.paths()).isEqualTo(paths);
            assertRoundTrip(session, memory);
        }
        Clients.awaitHandles(before);
    }

    @Test
    void sessionsAreNotOpenedWithSuchPathsEither() throws Exception {
        try (MemoryServer server = new MemoryServer(true)) {
            refused(
                    Errno.EEXIST,
                    "exists already",
                    () -> client(server).path(server()).open());
            refused(
                    Errno.EINVAL,
                    "families",
                    () -> client(server).path("ip:::1").open());
        }
    }

    @Test
    void aPathThatWasRemovedIsGoneAndCanBeAddedAgain() throws Exception { // spec/rtrs.md 19.74
        Object before = Subject.handles();
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = client(server).path(from(2)).open()) {
            RegisteredMemory memory = session.allocate(2 * BYTES);
            ClientPath path = session.paths().getLast();
            session.removePath(path);
            assertThat(session.paths()).hasSize(1).doesNotContain(path);
            assertThat(path.state()).isEqualTo(ClientPathState.DEAD);
            refused(Errno.ENOENT, "is no path of session", () -> session.removePath(path));
            refused(Errno.ENOENT, "is no path of session", () -> session.disconnectPath(path));
            refused(Errno.ENOENT, "is no path of session", () -> session.reconnectPath(path));
            assertRoundTrip(session, memory);
            ClientPath again = session.addPath(from(2));
            assertThat(again.uuid()).isNotEqualTo(path.uuid());
            assertRoundTrip(session, memory);
        }
        Clients.awaitHandles(before);
    }

    private static long refusals(MemoryServer server, int errno) {
        return server.server.refusedConnections().getOrDefault(Status.of(errno), 0L);
    }

    @Test
    void aPathIsAddedOnceTheServerHasClosedTheOldOneOfTheSameAddresses() throws Exception {
        Object before = Subject.handles();
        CompletableFuture<Runnable> held = new CompletableFuture<>();
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = client(server)
                        .path(from(2))
                        .policy((paths, permit) -> paths.size() - 1)
                        .open()) {
            RegisteredMemory memory = session.allocate(2 * BYTES);
            server.before = (operation, handle) -> {
                server.before = null;
                held.complete(() -> server.serve(operation, handle));
            };
            CompletableFuture<Void> written =
                    session.submit(Direction.WRITE, ConnectionType.IO, MemoryServer.header(0, 0), memory, 0, BYTES);
            Runnable answer = held.get(Subject.PATIENCE_S, TimeUnit.SECONDS);
            session.removePath(session.paths().getLast());
            CompletableFuture<ClientPath> added = addSoon(session, from(2));
            await().atMost(PATIENCE).until(() -> refusals(server, Errno.EEXIST) >= 1 || added.isDone());
            answer.run(); // the server waits for it before it closes the path
            assertThat(added.get(Subject.PATIENCE_S, TimeUnit.SECONDS).isConnected())
                    .isTrue();
            written.get(Subject.PATIENCE_S, TimeUnit.SECONDS);
            assertRoundTrip(session, memory);
            assertThat(session.paths()).hasSize(2);
        }
        Clients.awaitHandles(before);
    }

    private static CompletableFuture<ClientPath> addSoon(ClientSession session, String path) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return session.addPath(path);
            } catch (RtrsException e) {
                throw new CompletionException(e);
            }
        });
    }

    @Test
    void aPathThatTurnsOutToBeOneThatIsListedIsAskedForOnce() throws Exception {
        Object before = Subject.handles();
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = explicit(server).open()) {
            refused(Errno.EEXIST, "add path " + server(), () -> session.addPath(server()));
            assertThat(refusals(server, Errno.EEXIST)).isEqualTo(1);
            assertThat(session.paths()).hasSize(1);
        }
        Clients.awaitHandles(before);
    }

    @Test
    void aPathThatIsAddedDuringAnOutageMakesTheSessionAnewAtAServerThatWasRestarted() throws Exception {
        Object before = Subject.handles();
        MemoryServer server = new MemoryServer(true);
        InetSocketAddress address = server.address();
        try (ClientSession session =
                client(server).reconnect(Duration.ofHours(1), Duration.ZERO, -1).open()) {
            RegisteredMemory memory = session.allocate(2 * BYTES);
            ClientPath old = session.paths().getFirst();
            server.close();
            await().atMost(PATIENCE).until(() -> old.state() == ClientPathState.RECONNECTING);
            try (MemoryServer again = new MemoryServer(true, builder -> builder.listen(address))) {
                ClientPath added = session.addPath(from(2));
                assertThat(added.isConnected()).isTrue();
                assertRoundTrip(session, memory);
                session.reconnectPath(old); // joins it
                assertThat(session.paths()).containsExactly(old, added).allMatch(ClientPath::isConnected);
                assertThat(again.server.sessions()).hasSize(1);
                assertThat(again.paths()).hasSize(2);
                assertRoundTrip(session, memory);
            }
        } finally {
            server.close();
        }
        Clients.awaitHandles(before);
    }

    @Test
    void aPathToAnotherServerMakesNoSessionThereWhileOneIsConnected() throws Exception { // spec/rtrs.md 5.1
        Object before = Subject.handles();
        try (MemoryServer server =
                        new MemoryServer(true, builder -> builder.listen(new InetSocketAddress(Subject.ADDRESS, 0)));
                MemoryServer other = new MemoryServer(
                        true,
                        builder -> builder.listen(new InetSocketAddress(
                                "127.0.0.9", server.address().getPort())));
                ClientSession session = client(server).open()) {
            refused(Errno.ENXIO, "add path ip:127.0.0.9", () -> session.addPath("ip:127.0.0.9"));
            assertThat(refusals(other, Errno.ENXIO)).isEqualTo(1);
            assertThat(other.server.sessions()).isEmpty();
            assertThat(session.paths()).hasSize(1);
        }
        Clients.awaitHandles(before);
    }

    @Test
    void theLastPathMayBeRemovedAndTheNextOneMakesTheSessionAnew() throws Exception { // H10
        Object before = Subject.handles();
        LinkEvents events = new LinkEvents();
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = client(server).sessionListener(events).open()) {
            RegisteredMemory memory = session.allocate(2 * BYTES);
            session.removePath(session.paths().getFirst());
            assertThat(session.paths()).isEmpty();
            assertThat(session.isConnected()).isFalse();
            refused(Errno.ECONNABORTED, "WRITE", () -> session.write(Clients.header(0, 0), memory, 0, BYTES));
            ClientPath next = session.addPath(server());
            assertThat(next.isConnected()).isTrue();
            assertRoundTrip(session, memory);
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(events.seen).containsExactly(LinkEvents.DISCONNECTED, LinkEvents.RECONNECTED));
        }
        Clients.awaitHandles(before);
    }

    @Test
    void aPathThatWasDisconnectedStaysListedUntilItIsReconnected() throws Exception { // spec/rtrs.md 19.72, 19.73
        Object before = Subject.handles();
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = client(server).path(from(2)).open()) {
            RegisteredMemory memory = session.allocate(2 * BYTES);
            ClientPath path = session.paths().getFirst();
            session.disconnectPath(path);
            assertThat(path.state()).isEqualTo(ClientPathState.CLOSED);
            session.disconnectPath(path); // once more does nothing
            assertThat(session.paths()).hasSize(2).contains(path);
            assertRoundTrip(session, memory);
            session.reconnectPath(path);
            assertThat(path.state()).isEqualTo(ClientPathState.CONNECTED);
            assertThat(path.counter(PathCounter.RECONNECTS_OK)).isEqualTo(1);
            session.reconnectPath(path); // also one that is connected
            assertThat(path.counter(PathCounter.RECONNECTS_OK)).isEqualTo(2);
            for (int i = 0; i < 8; i++) {
                assertRoundTrip(session, memory);
            }
        }
        Clients.awaitHandles(before);
    }

    @Test
    void allPathsMayBeDisconnectedAndReconnected() throws Exception {
        Object before = Subject.handles();
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = client(server).path(from(2)).open()) {
            RegisteredMemory memory = session.allocate(2 * BYTES);
            for (ClientPath path : session.paths()) {
                session.disconnectPath(path);
            }
            assertThat(session.isConnected()).isFalse();
            for (ClientPath path : session.paths()) {
                session.reconnectPath(path);
            }
            assertRoundTrip(session, memory);
        }
        Clients.awaitHandles(before);
    }

    @Test
    void aReconnectThatFailsSaysSoAndAttemptsGoOn() throws Exception {
        Object before = Subject.handles();
        MemoryServer server = new MemoryServer(true);
        try (ClientSession session = client(server).open()) {
            ClientPath path = session.paths().getFirst();
            server.close();
            await().atMost(PATIENCE).until(() -> path.state() == ClientPathState.RECONNECTING);
            refused(Errno.ENOTCONN, "nobody listens", () -> {
                while (true) {
                    try {
                        session.reconnectPath(path);
                    } catch (RtrsException e) {
                        if (e.errno() != Errno.EBUSY) { // an attempt of its own was under way
                            throw e;
                        }
                    }
                }
            });
            assertThat(path.state()).isIn(ClientPathState.RECONNECTING, ClientPathState.CONNECTING);
            session.setReconnectAttemptsMax(0);
            assertThat(session.reconnectAttemptsMax()).isZero();
            await().atMost(PATIENCE).until(() -> path.state() == ClientPathState.CLOSED);
            refused(Errno.EINVAL, "-1 (no limit) to 9999", () -> session.setReconnectAttemptsMax(10_000));
        } finally {
            server.close();
        }
        Clients.awaitHandles(before);
    }

    @Test
    void noRequestFailsWhilePathsAreAddedRemovedAndReconnected() throws Exception {
        Object before = Subject.handles();
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = client(server).path(from(2)).open()) {
            Writers writers = new Writers(session);
            ClientPath last = session.paths().getLast();
            MultipathPolicy[] policies = MultipathPolicy.values();
            for (int turn = 0; turn < 3; turn++) {
                ClientPath added = session.addPath(from(3 + turn));
                writers.awaitMore();
                session.setPolicy(policies[turn % policies.length]);
                session.disconnectPath(last);
                writers.awaitMore();
                session.reconnectPath(last);
                session.setPolicy((paths, permit) -> permit.id() % 3 - 1);
                session.removePath(session.paths().getFirst());
                writers.awaitMore();
                session.reconnectPath(added);
                writers.awaitMore();
                last = added;
            }
            writers.stop();
            for (ClientPath path : session.paths()) {
                assertThat(path.inFlight()).isZero();
                assertThat(path.counter(PathCounter.IN_FLIGHT)).isZero();
            }
        }
        Clients.awaitHandles(before);
    }

    @Test
    void aSelectorThatThrowsOrAnswersNonsenseStopsNoRequest() throws Exception {
        Object before = Subject.handles();
        AtomicInteger asked = new AtomicInteger();
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = client(server)
                        .path(from(2))
                        .policy((paths, permit) -> {
                            Thread.currentThread().interrupt(); // the caller's own, so it stays
                            int turn = asked.getAndIncrement() % 3;
                            if (turn == 0) {
                                throw new IllegalStateException("a user's");
                            }
                            return turn == 1 ? 99 : 1;
                        })
                        .open()) {
            RegisteredMemory memory = session.allocate(2 * BYTES);
            assertThat(session.policy()).startsWith("user (");
            for (int i = 0; i < 6; i++) {
                assertRoundTrip(session, memory);
                assertThat(Thread.interrupted()).isTrue();
            }
            assertThat(session.selectorFaults()).isEqualTo(8);
            assertThat(session.paths().getLast().counter(PathCounter.READS)).isPositive();
            session.setPolicy(MultipathPolicy.MIN_INFLIGHT);
            assertThat(session.policy()).isEqualTo("min-inflight");
            assertRoundTrip(session, memory);
            assertThat(asked).hasValue(12);
        } finally {
            assertThat(Thread.interrupted()).isFalse();
        }
        Clients.awaitHandles(before);
    }

    @Test
    void aThreadOfTheSessionCannotWaitForItsPaths() throws Exception {
        Object before = Subject.handles();
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = client(server).path(from(2)).open()) {
            CompletableFuture<Void> seen = new CompletableFuture<>();
            Permit permit = session.getPermit(ConnectionType.IO);
            Status accepted = session.request(
                    Direction.READ,
                    permit,
                    (held, status) -> {
                        session.putPermit(held);
                        try {
                            ClientPath path = session.paths().getFirst();
                            for (ThrowingCallable call : List.<ThrowingCallable>of(
                                    () -> session.addPath(from(3)),
                                    () -> session.removePath(path),
                                    () -> session.disconnectPath(path),
                                    () -> session.reconnectPath(path),
                                    () -> session.setReconnectAttemptsMax(1))) {
                                assertThatThrownBy(call).isInstanceOf(IllegalStateException.class);
                            }
                            seen.complete(null);
                        } catch (Throwable e) {
                            seen.completeExceptionally(e);
                        }
                    },
                    Clients.header(0, 0),
                    null,
                    0,
                    0);
            assertThat(accepted).isEqualTo(Status.OK);
            seen.get(Subject.PATIENCE_S, TimeUnit.SECONDS);
        }
        Clients.awaitHandles(before);
    }

    @Test
    void aSessionThatIsClosedSaysSo() throws Exception {
        Object before = Subject.handles();
        try (MemoryServer server = new MemoryServer(true)) {
            ClientSession session = client(server).open();
            ClientPath path = session.paths().getFirst();
            session.close();
            refused(Errno.ESHUTDOWN, "is closed", () -> session.addPath(from(2)));
            refused(Errno.ESHUTDOWN, "is closed", () -> session.removePath(path));
            refused(Errno.ESHUTDOWN, "is closed", () -> session.reconnectPath(path));
            session.close();
        }
        Clients.awaitHandles(before);
    }

    @Test
    void aSessionIsClosedWhileAPathIsAdded() throws Exception {
        Object before = Subject.handles();
        RawScript silent = new RawScript() {
            @Override
            byte[] accept(ConReq request) {
                return request.firstConnection() ? super.accept(request) : null;
            }
        };
        try (RawServer server = new RawServer(silent)) {
            ClientSession session = ClientBadInputTest.client(server).open();
            CompletableFuture<ClientPath> added = addSoon(session, from(2));
            await().atMost(PATIENCE).until(() -> session.paths().size() == 2);
            session.close();
            assertThatThrownBy(() -> added.get(Subject.PATIENCE_S, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(RtrsException.class)
                    .hasMessageContaining("was closed");
        }
        Clients.awaitHandles(before);
    }

    /** Memory that was registered before is known to the device that the new path leaves through. */
    @Test
    void aPathMayBeAddedThroughADeviceThatWasNotThere() throws Exception {
        Object before = Subject.handles();
        AtomicBoolean other = new AtomicBoolean();
        FailingProvider provider =
                new FailingProvider(Subject.PROVIDER, 0, d -> other.get() ? ClientReconnectTest.another(d) : d);
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session =
                        client(server).provider(provider).copyBuffers(true).open()) {
            RegisteredMemory memory = session.allocate(2 * BYTES);
            other.set(true);
            ClientPath added = session.addPath(from(2));
            session.removePath(session.paths().getFirst());
            assertThat(session.paths()).containsExactly(added);
            assertRoundTrip(session, memory);
            memory.close();
        }
        Clients.awaitHandles(before);
    }
}
