package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.client.ClientPath;
import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.stats.PathCounter;
import io.rtrs.core.wire.Layouts;
import io.rtrs.interop.subject.Subject;
import io.rtrs.server.ServerPath;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A path breaks while requests are under way on it: each ends exactly once, on the other path. */
@Timeout(Subject.PATIENCE_S * 5)
class ClientFailoverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);
    private static final int BYTES = 512;

    /** How a path ends. */
    enum End {
        /** The server says goodbye. */
        DISCONNECT,
        /** A message of the server puts the client's queue pair in error. */
        COMPLETION_ERROR,
        /** The server's program is dead, and its device is not. */
        SILENCE
    }

    /** A server that keeps silent about requests until it is told otherwise, and notes what came by which path. */
    private static final class Script extends RawScript {
        private record Arrival(RawServerConnection connection, int id, byte first) {}

        private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
        private final Queue<Arrival> withheld = new ConcurrentLinkedQueue<>();
        volatile boolean answers;

        @Override
        void onRequest(RawServerConnection connection, int immediate) {
            int id = bufferId(immediate);
            byte first = connection.server.chunks().segment().get(Layouts.U8, (long) id * CHUNK);
            Arrival arrival = new Arrival(connection, id, first);
            arrivals.add(arrival);
            if (answers) {
                answer(connection, id, 0);
            } else {
                withheld.add(arrival);
            }
        }

        /** Answers what came by a path that still stands, and from now on everything. */
        void answerAll(ClientPath path) {
            answers = true;
            on(path, withheld).forEach(a -> answer(a.connection, a.id, 0));
        }

        private static List<Arrival> on(ClientPath path, Queue<Arrival> of) {
            return of.stream()
                    .filter(a -> a.connection.request.pathUuid().equals(path.uuid()))
                    .toList();
        }

        /** The buffer ids that came by a path. */
        List<Integer> on(ClientPath path) {
            return on(path, arrivals).stream().map(Arrival::id).toList();
        }
    }

    @BeforeEach
    void onlyWhereAddressesMayBeSharedByPaths() {
        assumeTrue(Subject.isSoftware());
    }

    private static RtrsClient.Builder twoPaths(RtrsClient.Builder client) {
        return client.path("ip:%1$s@ip:%1$s".formatted(Subject.ADDRESS.getHostAddress()));
    }

    /** A real server has one path between two addresses. */
    private static RtrsClient.Builder anotherWay(RtrsClient.Builder client) {
        assumeTrue(Subject.ADDRESS.isLoopbackAddress());
        return client.path("ip:127.0.0.2@ip:%s".formatted(Subject.ADDRESS.getHostAddress()));
    }

    private static RtrsClient.Builder twoPaths(RawServer server) {
        return twoPaths(Clients.to(new InetSocketAddress(Subject.ADDRESS, server.port())));
    }

    private static MemorySegment header() {
        return MemorySegment.ofArray(new byte[8]);
    }

    private static long failovers(ClientPath path) {
        return path.counter(PathCounter.FAILOVERS);
    }

    private static void end(RawServer server, ClientPath path, End how) {
        List<RawServerConnection> connections = server.connections().stream()
                .filter(c -> c.request.pathUuid().equals(path.uuid()))
                .toList();
        switch (how) {
            case DISCONNECT -> connections.getLast().disconnect();
            case COMPLETION_ERROR -> connections.getLast().write(1 << 20, 0x7fffff, MemorySegment.ofArray(new byte[8]));
            case SILENCE -> connections.forEach(c -> c.muted = true);
        }
    }

    /** Requests of all permits, and what was called back for each. */
    private static final class Load {
        final ClientSession session;
        final RegisteredMemory memory;
        final List<Permit> permits = new ArrayList<>();
        final Map<Integer, Queue<Status>> ended = new ConcurrentHashMap<>();

        Load(ClientSession session) throws Exception {
            this.session = session;
            this.memory = session.allocate((long) session.queueDepth() * BYTES);
        }

        void start(Direction direction, int count) throws Exception {
            for (int i = 0; i < count; i++) {
                Permit permit = session.getPermit(i == 1 ? ConnectionType.ADMIN : ConnectionType.IO);
                permits.add(permit);
                request(direction, permit);
            }
        }

        void request(Direction direction, Permit permit) {
            ended.put(permit.id(), new ConcurrentLinkedQueue<>());
            Status accepted = session.request(
                    direction,
                    permit,
                    (p, status) -> ended.get(p.id()).add(status),
                    header(),
                    memory,
                    (long) permit.id() * BYTES,
                    BYTES);
            assertThat(accepted).isEqualTo(Status.OK);
        }

        void awaitEach(Status status) {
            for (Permit permit : permits) {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(ended.get(permit.id())).containsExactly(status));
                session.putPermit(permit);
            }
        }
    }

    private static Stream<Arguments> endsAndDirections() {
        return Stream.of(End.values())
                .flatMap(end -> Stream.of(Direction.values()).map(direction -> Arguments.of(end, direction)));
    }

    @ParameterizedTest
    @MethodSource("endsAndDirections")
    void everyRequestOfThePathEndsOnceOnTheOther(End how, Direction direction)
            throws Exception { // spec/rtrs.md 19.66, 19.69
        Object before = Subject.handles();
        Script script = new Script();
        try (RawServer server = new RawServer(script);
                ClientSession session =
                        twoPaths(server).heartbeat(Duration.ofMillis(500), 5).open()) {
            int depth = session.queueDepth();
            Load load = new Load(session);
            load.start(direction, depth);
            await().atMost(PATIENCE).until(() -> script.arrivals.size() == depth);
            ClientPath broken = session.paths().getFirst();
            ClientPath healthy = session.paths().getLast();
            List<Integer> moved = script.on(broken);
            assertThat(moved).isNotEmpty().hasSizeLessThan(depth);
            end(server, broken, how);
            await().atMost(PATIENCE).until(() -> failovers(healthy) == moved.size());
            script.answerAll(healthy);
            load.awaitEach(Status.OK);
            assertThat(script.on(healthy))
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, depth).boxed().toList());
            assertThat(failovers(broken)).isZero();
            assertThat(broken.isConnected()).isFalse();
            assertThat(broken.inFlight()).isZero();
            assertThat(healthy.inFlight()).isZero();
            assertThat(broken.strayMessages() + healthy.strayMessages()).isZero();
        }
        Clients.awaitHandles(before);
    }

    @Test
    void requestsEndOnceAsAbortedWhenTheLastPathBreaks() throws Exception { // spec/rtrs.md 19.67
        Object before = Subject.handles();
        Script script = new Script();
        try (RawServer server = new RawServer(script);
                ClientSession session = twoPaths(server).open()) {
            int depth = session.queueDepth();
            Load load = new Load(session);
            load.start(Direction.WRITE, depth);
            await().atMost(PATIENCE).until(() -> script.arrivals.size() == depth);
            server.disconnectAll();
            load.awaitEach(Status.CONNECTION_ABORTED);
        }
        Clients.awaitHandles(before);
    }

    /** The loop of the path that broke is in a callback, so that nobody knows yet whether its adapter is done. */
    @Test
    void aRequestThatMovedIsCalledBackOnlyWhenTheOldPathIsQuiet() throws Exception {
        Object before = Subject.handles();
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        Script script = new Script();
        try (RawServer server = new RawServer(script);
                ClientSession session = twoPaths(server).ioConnections(1).open()) {
            ClientPath old = session.paths().getFirst();
            ClientPath other = session.paths().getLast();
            Load load = new Load(session);
            List<Permit> three = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                three.add(session.getPermit(ConnectionType.IO)); // 0 and 2 take the first path
            }
            script.answers = true;
            Status accepted = session.request(
                    Direction.WRITE,
                    three.get(0),
                    (p, status) -> {
                        blocked.countDown();
                        ServerBadRequestTest.awaitUninterruptibly(release);
                    },
                    header(),
                    load.memory,
                    0,
                    BYTES);
            assertThat(accepted).isEqualTo(Status.OK);
            assertThat(blocked.await(Subject.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
            script.answers = false;
            load.permits.add(three.get(2));
            load.request(Direction.WRITE, three.get(2));
            await().atMost(PATIENCE).until(() -> script.on(old).equals(List.of(0, 2)));
            script.answers = true;
            server.connections().stream()
                    .filter(c -> c.request.pathUuid().equals(old.uuid()) && c.cid == 0)
                    .forEach(RawServerConnection::disconnect);
            await().atMost(PATIENCE).until(() -> failovers(other) == 1 && other.inFlight() == 0);
            assertThat(load.ended.get(2)).isEmpty();
            assertThatThrownBy(() -> session.putPermit(three.get(2))).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(load.memory::close)
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
            release.countDown();
            load.awaitEach(Status.OK);
            session.putPermit(three.get(0));
            session.putPermit(three.get(1));
        } finally {
            release.countDown();
        }
        Clients.awaitHandles(before);
    }

    @Test
    void aSecondRequestOfAPermitIsRefusedOnEveryPathBeforeItTouchesTheFirst() throws Exception { // spec/rtrs.md 19.60
        Script script = new Script();
        try (RawServer server = new RawServer(script);
                ClientSession session = twoPaths(server).copyBuffers(true).open()) {
            Permit permit = session.getPermit(ConnectionType.IO);
            Queue<Status> ended = new ConcurrentLinkedQueue<>();
            assertThat(session.requestCopied(
                            Direction.WRITE, permit, (p, status) -> ended.add(status), header(), bytes(1)))
                    .isEqualTo(Status.OK);
            await().atMost(PATIENCE).until(() -> script.arrivals.size() == 1);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> session.requestCopied(
                                Direction.WRITE, permit, (p, status) -> ended.add(status), header(), bytes(2)))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("under way");
            }
            assertThatThrownBy(() -> session.putPermit(permit)).isInstanceOf(IllegalStateException.class);
            ClientPath healthy = session.paths().getLast();
            script.answers = true;
            end(server, session.paths().getFirst(), End.DISCONNECT);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(ended).containsExactly(Status.OK));
            session.putPermit(permit);
            assertThat(Script.on(healthy, script.arrivals))
                    .singleElement()
                    .satisfies(again -> assertThat(again.first).isEqualTo((byte) 1));
        }
    }

    private static MemorySegment bytes(int value) {
        byte[] data = new byte[BYTES];
        Arrays.fill(data, (byte) value);
        return MemorySegment.ofArray(data);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasWrittenIsReadThoughAPathGoesMeanwhile(boolean alwaysInvalidate) throws Exception {
        Object before = Subject.handles();
        try (MemoryServer server = new MemoryServer(alwaysInvalidate);
                ClientSession session = anotherWay(Clients.to(server.address())).open()) {
            ClientPath broken = session.paths().getFirst();
            AtomicInteger rounds = new AtomicInteger();
            AtomicBoolean goOn = new AtomicBoolean(true);
            List<CompletableFuture<Void>> writers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                RegisteredMemory memory = session.allocate(2 * BYTES);
                writers.add(CompletableFuture.runAsync(() -> {
                    while (goOn.get()) {
                        int round = rounds.getAndIncrement();
                        int position = round * BYTES % (1 << 20);
                        try {
                            assertThat(Clients.roundTrip(session, memory, position, BYTES, round))
                                    .isTrue();
                        } catch (RtrsException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                }));
            }
            await().atMost(PATIENCE).until(() -> rounds.get() > 100);
            server.paths().stream()
                    .filter(path -> path.uuid().equals(broken.uuid()))
                    .forEach(ServerPath::disconnect);
            await().atMost(PATIENCE).until(() -> !broken.isConnected());
            int then = rounds.get();
            await().atMost(PATIENCE).until(() -> rounds.get() > then + 100);
            goOn.set(false);
            for (CompletableFuture<Void> writer : writers) {
                writer.get(Subject.PATIENCE_S, TimeUnit.SECONDS);
            }
        }
        Clients.awaitHandles(before);
    }
}
