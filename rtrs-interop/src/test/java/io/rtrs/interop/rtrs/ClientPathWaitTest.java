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
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.interop.subject.Subject;
import io.rtrs.server.ServerPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** With a session that was opened so, requests wait for a path as long as the bound, and end once. */
@Timeout(Subject.PATIENCE_S * 5)
class ClientPathWaitTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);

    /** No test waits for its end. */
    private static final Duration LONG = Duration.ofDays(1);

    private static final Duration SHORT = Duration.ofMillis(50);
    private static final int BYTES = 512;

    /** A server that keeps silent until it is told otherwise, and notes what came. */
    private static final class Script extends RawScript {
        final Queue<Integer> arrivals = new ConcurrentLinkedQueue<>();
        volatile boolean answers;

        @Override
        void onRequest(RawServerConnection connection, int immediate) {
            arrivals.add(bufferId(immediate));
            if (answers) {
                answer(connection, bufferId(immediate), 0);
            }
        }
    }

    /** Requests of a session, and what each was called back with. */
    private static final class Asked {
        final ClientSession session;
        final RegisteredMemory memory;
        final List<Permit> permits = new ArrayList<>();
        final List<Queue<Status>> ended = new ArrayList<>();

        Asked(ClientSession session) throws RtrsException {
            this.session = session;
            this.memory = session.allocate((long) session.queueDepth() * BYTES);
        }

        /** Asks with so many permits more; the user header is the caller's again when the call has returned. */
        void ask(Direction direction, int count) throws RtrsException {
            for (int i = 0; i < count; i++) {
                Permit permit = session.getPermit(i == 1 ? ConnectionType.ADMIN : ConnectionType.IO);
                Queue<Status> calls = new ConcurrentLinkedQueue<>();
                permits.add(permit);
                ended.add(calls);
                MemorySegment header = Clients.header(permit.id() * BYTES, 0);
                Status accepted = session.request(
                        direction,
                        permit,
                        (p, status) -> calls.add(status),
                        header,
                        memory,
                        (long) permit.id() * BYTES,
                        BYTES);
                header.fill((byte) 0x77);
                assertThat(accepted).isEqualTo(Status.OK);
            }
        }

        void assertAllUnderWay() {
            for (Permit permit : permits) {
                assertThatThrownBy(() -> session.putPermit(permit))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("under way");
            }
            assertThat(ended).allMatch(Queue::isEmpty);
            assertThatThrownBy(memory::close)
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
        }

        void awaitEach(Status status) {
            for (Queue<Status> calls : ended) {
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(calls).isNotEmpty());
            }
            permits.forEach(session::putPermit);
            assertEach(status);
        }

        void assertEach(Status status) {
            assertThat(ended).allSatisfy(calls -> assertThat(calls).containsExactly(status));
        }
    }

    private static RtrsClient.Builder client(RawServer server) {
        return Clients.to(new InetSocketAddress(Subject.ADDRESS, server.port()))
                .reconnect(Duration.ZERO, Duration.ofMillis(10), -1);
    }

    private static void assertAborted(CompletableFuture<Void> request) {
        assertThat(request)
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ECONNABORTED));
    }

    @ParameterizedTest
    @EnumSource(Direction.class)
    void whatIsAskedWhileNoPathIsUpIsCarriedByTheFirstThatConnects(Direction direction) throws Exception {
        Object before = Subject.handles();
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session =
                        Clients.to(server.address()).pathWait(LONG).open()) {
            ClientPath path = session.paths().getFirst();
            Asked asked = new Asked(session);
            int bytes = session.queueDepth() * BYTES;
            MemorySegment here = asked.memory.segment();
            MemorySegment there = MemorySegment.ofArray(server.store).asSlice(0, bytes);
            Clients.fill(direction == Direction.WRITE ? here : there, 1);
            session.disconnectPath(path);
            asked.ask(direction, session.queueDepth());
            asked.assertAllUnderWay();
            assertThat(session.waiting()).isEqualTo(session.queueDepth());
            session.reconnectPath(path);
            asked.awaitEach(Status.OK);
            assertThat(session.waiting()).isZero();
            assertThat(here.mismatch(there)).isEqualTo(-1);
            assertThat(path.counter(PathCounter.FAILOVERS)).isZero(); // no other path had them
        }
        Clients.awaitHandles(before);
    }

    @Test
    void copiedRequestsAndBlockingOnesWaitToo() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address())
                        .copyBuffers(true)
                        .pathWait(LONG)
                        .open()) {
            ClientPath path = session.paths().getFirst();
            session.disconnectPath(path);
            byte[] data = new byte[BYTES];
            Clients.fill(MemorySegment.ofArray(data), 2);
            byte[] sent = data.clone();
            CompletableFuture<Status> copied = new CompletableFuture<>();
            Permit permit = session.getPermit(ConnectionType.IO);
            MemorySegment from = MemorySegment.ofArray(data);
            assertThat(session.requestCopied(
                            Direction.WRITE, permit, (p, s) -> copied.complete(s), Clients.header(0, 0), from))
                    .isEqualTo(Status.OK);
            from.fill((byte) 0);
            RegisteredMemory memory = session.allocate(BYTES);
            CompletableFuture<Void> read = CompletableFuture.runAsync(() -> {
                try {
                    session.read(Clients.header(BYTES, 0), memory, 0, BYTES);
                } catch (RtrsException e) {
                    throw new IllegalStateException(e);
                }
            });
            session.reconnectPath(path);
            assertThat(copied).succeedsWithin(PATIENCE).isEqualTo(Status.OK);
            assertThat(read).succeedsWithin(PATIENCE);
            assertThat(server.store).startsWith(sent);
            session.putPermit(permit);
        }
    }

    /** Nothing but the bound's end wakes the session: its only path is closed. */
    @Test
    void whenItsTimeIsOverARequestFailsOnce() throws Exception {
        Object before = Subject.handles();
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session =
                        Clients.to(server.address()).pathWait(SHORT).open()) {
            ClientPath path = session.paths().getFirst();
            session.disconnectPath(path);
            Asked asked = new Asked(session);
            asked.ask(Direction.WRITE, session.queueDepth());
            asked.awaitEach(Status.CONNECTION_ABORTED);
            assertThatThrownBy(() -> session.write(Clients.header(0, 0), asked.memory, 0, BYTES))
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ECONNABORTED));
            session.reconnectPath(path);
            session.write(Clients.header(0, 0), asked.memory, 0, BYTES);
            asked.assertEach(Status.CONNECTION_ABORTED);
        }
        Clients.awaitHandles(before);
    }

    @ParameterizedTest
    @EnumSource(Direction.class)
    void whatIsUnderWayWhenTheOnlyPathBreaksIsAskedAgainWhenItIsBack(Direction direction) throws Exception {
        Object before = Subject.handles();
        Script script = new Script();
        try (RawServer server = new RawServer(script);
                ClientSession session = client(server).pathWait(LONG).open()) {
            int depth = session.queueDepth();
            Asked asked = new Asked(session);
            asked.ask(direction, depth);
            await().atMost(PATIENCE).until(() -> script.arrivals.size() == depth);
            List<Integer> first = List.copyOf(script.arrivals);
            script.answers = true;
            server.disconnectAll();
            asked.awaitEach(Status.OK);
            assertThat(script.arrivals).hasSize(2 * depth);
            assertThat(script.arrivals.stream().skip(depth).toList()).containsExactlyInAnyOrderElementsOf(first);
            ClientPath path = session.paths().getFirst();
            assertThat(path.inFlight()).isZero();
            assertThat(path.strayMessages()).isZero();
            assertThat(path.counter(PathCounter.FAILOVERS)).isZero(); // they had to wait
        }
        Clients.awaitHandles(before);
    }

    @Test
    void whatWasUnderWayFailsOnceIfNoPathComesBackInTime() throws Exception {
        Object before = Subject.handles();
        Script script = new Script();
        try (RawServer server = new RawServer(script);
                ClientSession session = client(server)
                        .reconnect(Duration.ZERO, Duration.ZERO, 0)
                        .pathWait(SHORT)
                        .open()) {
            int depth = session.queueDepth();
            Asked asked = new Asked(session);
            asked.ask(Direction.WRITE, depth);
            await().atMost(PATIENCE).until(() -> script.arrivals.size() == depth);
            server.disconnectAll();
            asked.awaitEach(Status.CONNECTION_ABORTED);
            assertThat(script.arrivals).hasSize(depth);
            asked.memory.close();
        }
        Clients.awaitHandles(before);
    }

    /** One half was under way, the other has found no path. */
    @Test
    void closingFailsWhatWaitsOnce() throws Exception {
        Object before = Subject.handles();
        Script script = new Script();
        try (RawServer server = new RawServer(script)) {
            ClientSession session = client(server).pathWait(LONG).open();
            int half = session.queueDepth() / 2;
            Asked asked = new Asked(session);
            asked.ask(Direction.WRITE, half);
            await().atMost(PATIENCE).until(() -> script.arrivals.size() == half);
            session.disconnectPath(session.paths().getFirst());
            asked.ask(Direction.READ, half);
            asked.assertAllUnderWay();
            CompletableFuture<Void> closed = CompletableFuture.runAsync(session::close);
            asked.awaitEach(Status.CONNECTION_ABORTED);
            assertThat(closed).succeedsWithin(PATIENCE);
            asked.assertEach(Status.CONNECTION_ABORTED);
        }
        Clients.awaitHandles(before);
    }

    /** The session closes while others ask: each request is refused or called back. */
    @Test
    void nothingThatIsAskedWhileTheSessionClosesIsForgotten() throws Exception {
        Object before = Subject.handles();
        try (MemoryServer server = new MemoryServer(true)) {
            for (int round = 0; round < 20; round++) {
                ClientSession session = Clients.to(server.address())
                        .sessionName("clt" + round)
                        .ioConnections(1)
                        .pathWait(LONG)
                        .open();
                RegisteredMemory memory = session.allocate(BYTES);
                session.disconnectPath(session.paths().getFirst());
                List<CompletableFuture<Void>> asked = new ArrayList<>();
                CompletableFuture<Void> closed = new CompletableFuture<>();
                for (int i = 0; i < session.queueDepth(); i++) {
                    if (i == session.queueDepth() / 2) {
                        Thread.ofPlatform().start(() -> {
                            session.close();
                            closed.complete(null);
                        });
                    }
                    asked.add(
                            session.submit(Direction.WRITE, ConnectionType.IO, Clients.header(0, 0), memory, 0, BYTES));
                }
                for (CompletableFuture<Void> request : asked) {
                    assertThat(request).failsWithin(PATIENCE);
                }
                assertThat(closed).succeedsWithin(PATIENCE);
            }
        }
        Clients.awaitHandles(before);
    }

    @Test
    void whatNoPathCouldCarryIsRefusedAtOnce() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session =
                        Clients.to(server.address()).pathWait(LONG).open()) {
            session.disconnectPath(session.paths().getFirst());
            int tooLong = session.maxIoSize() + 1;
            RegisteredMemory memory = session.allocate(tooLong);
            RegisteredMemory closed = session.allocate(BYTES);
            closed.close();
            Permit permit = session.getPermit(ConnectionType.IO);
            MemorySegment header = Clients.header(0, 0);
            MemorySegment longHeader = MemorySegment.ofArray(new byte[MemoryServer.HEADER_SIZE]);
            assertThat(session.request(Direction.WRITE, permit, (p, s) -> {}, header, memory, 0, tooLong))
                    .isEqualTo(Status.TOO_LONG);
            assertThat(session.request(Direction.WRITE, permit, (p, s) -> {}, longHeader, memory, 0, BYTES))
                    .isEqualTo(Status.TOO_LONG);
            assertThat(session.request(Direction.WRITE, permit, (p, s) -> {}, header, closed, 0, BYTES))
                    .isEqualTo(Status.INVALID);
            session.putPermit(permit);
        }
    }

    @Test
    void theFirstPathThatIsAddedTakesWhatWaits() throws Exception {
        assumeTrue(Subject.isSoftware());
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session =
                        Clients.to(server.address()).pathWait(LONG).open()) {
            session.removePath(session.paths().getFirst());
            Asked asked = new Asked(session);
            asked.ask(Direction.WRITE, session.queueDepth());
            asked.assertAllUnderWay();
            session.addPath("ip:" + Subject.ADDRESS.getHostAddress());
            asked.awaitEach(Status.OK);
        }
    }

    /** The program polls its session, whose control thread goes on by itself. */
    @Test
    void aProgramThatPollsIsCalledBackInItsPollOrWhenTheTimeIsOver() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address())
                        .waitStrategy(WaitStrategy.INVOKED)
                        .pathWait(PATIENCE)
                        .open()) {
            ClientPath path = session.paths().getFirst();
            session.disconnectPath(path);
            RegisteredMemory memory = session.allocate(BYTES);
            CompletableFuture<Void> write =
                    session.submit(Direction.WRITE, ConnectionType.IO, Clients.header(0, 0), memory, 0, BYTES);
            assertThat(session.poll()).isZero();
            assertThat(write).isNotDone();
            session.reconnectPath(path);
            await().atMost(PATIENCE).until(() -> {
                session.poll();
                return write.isDone();
            });
            write.get(Subject.PATIENCE_S, TimeUnit.SECONDS);
        }
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address())
                        .waitStrategy(WaitStrategy.INVOKED)
                        .pathWait(SHORT)
                        .open()) {
            session.disconnectPath(session.paths().getFirst());
            RegisteredMemory memory = session.allocate(BYTES);
            assertAborted(session.submit(Direction.WRITE, ConnectionType.IO, Clients.header(0, 0), memory, 0, BYTES));
            assertThatThrownBy(() -> session.write(Clients.header(0, 0), memory, 0, BYTES))
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ECONNABORTED));
        }
    }

    /** Requests meet the path in every moment of its going and coming back; a stranded one would stop its thread. */
    @Test
    void noRequestFailsWhileTheOnlyPathGoesAndComesBack() throws Exception {
        Object before = Subject.handles();
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address())
                        .reconnect(Duration.ZERO, Duration.ofMillis(10), -1)
                        .pathWait(LONG)
                        .open()) {
            Writers writers = new Writers(session);
            ClientPath path = session.paths().getFirst();
            for (int turn = 1; turn <= 3; turn++) {
                long returns = turn;
                server.paths().forEach(ServerPath::disconnect);
                await().atMost(PATIENCE).until(() -> path.counter(PathCounter.RECONNECTS_OK) == returns);
                writers.awaitMore();
            }
            writers.stop();
            assertThat(path.inFlight()).isZero();
            assertThat(path.counter(PathCounter.IN_FLIGHT)).isZero();
        }
        Clients.awaitHandles(before);
    }

    @Test
    void aBoundIsOfNoTimeToADay() {
        for (Duration bad : List.of(Duration.ofNanos(-1), Duration.ofDays(1).plusNanos(1))) {
            RtrsClient.Builder builder = RtrsClient.builder()
                    .sessionName("clt")
                    .path("ip:" + Subject.ADDRESS.getHostAddress())
                    .pathWait(bad);
            assertThatThrownBy(builder::open)
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
        }
    }
}
