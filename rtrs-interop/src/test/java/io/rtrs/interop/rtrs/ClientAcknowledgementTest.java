package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.state.ClientPathState;
import io.rtrs.core.work.LoopMode;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The answer to a write is here, its acknowledgement is not: the adapter may have to send the user's memory again. */
@Timeout(Subject.PATIENCE_S * 5)
class ClientAcknowledgementTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);
    private static final int BYTES = 512;

    private final AtomicBoolean late = new AtomicBoolean(true);
    private final Queue<Status> called = new ConcurrentLinkedQueue<>();
    private FailingProvider provider;

    @BeforeEach
    void reportWritesLate() throws Exception {
        assumeTrue(Subject.isSoftware());
        provider = new FailingProvider(Subject.PROVIDER, 0);
        provider.writesAreLate = late;
    }

    private ClientSession open(InetSocketAddress address, int ioConnections) throws RtrsException {
        return Clients.to(address)
                .provider(provider)
                .ioConnections(ioConnections)
                .loopMode(LoopMode.OWN_THREAD)
                .waitStrategy(WaitStrategy.YIELD) // no event tells of what is reported late
                .copyBuffers(true)
                .open();
    }

    private Permit write(ClientSession session, ConnectionType type, RegisteredMemory memory) throws RtrsException {
        Permit permit = session.getPermit(type);
        assertThat(session.request(
                        Direction.WRITE,
                        permit,
                        (held, status) -> {
                            called.add(status);
                            session.putPermit(held);
                        },
                        Clients.header(0, 0),
                        memory,
                        0,
                        BYTES))
                .isEqualTo(Status.OK);
        return permit;
    }

    /** A write whose answer has arrived, as that of a read behind it has. */
    private void answeredWrite(ClientSession session, RegisteredMemory memory) throws RtrsException {
        Permit permit = write(session, ConnectionType.IO, memory);
        RegisteredMemory other = session.allocate(BYTES);
        session.read(Clients.header(0, 0), other, 0, BYTES);
        other.close();
        assertThat(called).isEmpty();
        assertThatThrownBy(memory::close)
                .isInstanceOfSatisfying(
                        RtrsException.class, e -> assertThat(e.status()).isEqualTo(Status.BUSY));
        assertThatThrownBy(() -> session.putPermit(permit)).isInstanceOf(IllegalStateException.class);
        assertThat(session.paths().getFirst().inFlight()).isEqualTo(1);
    }

    @Test
    void aWriteIsOverWhenItIsAnsweredAndAcknowledged() throws Exception {
        try (MemoryServer server = new MemoryServer(true, b -> b.queueDepth(7)); // every 7th chain returns credits
                ClientSession session = open(server.address(), 1)) {
            for (int i = 0; i < 14; i++) {
                late.set(true);
                called.clear();
                RegisteredMemory memory = session.allocate(BYTES);
                answeredWrite(session, memory);
                late.set(false);
                await().atMost(PATIENCE).until(() -> !called.isEmpty());
                assertThat(called).containsExactly(Status.OK);
                memory.close();
            }
            assertThat(session.paths().getFirst().inFlight()).isZero();
            assertThat(session.paths().getFirst().strayMessages()).isZero();
        }
    }

    @Test
    void anAnswerThatComesBehindTheAcknowledgementEndsTheWrite() throws Exception {
        late.set(false);
        Queue<Held> withheld = new ConcurrentLinkedQueue<>();
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = open(server.address(), 1)) {
            server.before = (operation, handle) -> withheld.add(new Held(operation, handle));
            RegisteredMemory memory = session.allocate(BYTES);
            for (ConnectionType type : ConnectionType.values()) {
                write(session, type, memory);
                await().atMost(PATIENCE).until(() -> !withheld.isEmpty());
                assertThat(called).isEmpty();
                withheld.remove().respond(Status.IO_ERROR);
                await().atMost(PATIENCE).until(() -> !called.isEmpty());
                assertThat(called).containsExactly(Status.IO_ERROR);
                called.clear();
            }
        }
    }

    /** Nothing of the user's is sent: a buffer that is copied is the session's, which keeps it as long as its paths. */
    @Test
    void whatSendsNoMemoryOfTheUserWaitsForNoAcknowledgement() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = open(server.address(), 1)) {
            RegisteredMemory memory = session.allocate(BYTES);
            session.read(Clients.header(0, 0), memory, 0, BYTES);
            session.write(Clients.header(0, 0), null, 0, 0);
            CountDownLatch copied = new CountDownLatch(1);
            Permit permit = session.getPermit(ConnectionType.IO);
            session.requestCopied(
                    Direction.WRITE,
                    permit,
                    (held, status) -> {
                        session.putPermit(held);
                        copied.countDown();
                    },
                    Clients.header(0, 0),
                    memory.segment());
            assertThat(copied.await(Subject.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
            memory.close();
        }
    }

    /** The server has executed it: so it is over when the queue pair is quiet, with the server's answer. */
    @Test
    void aWriteThatWaitsEndsOnceWithItsAnswerWhenThePathBreaks() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = open(server.address(), 1)) {
            RegisteredMemory memory = session.allocate(BYTES);
            answeredWrite(session, memory);
            server.paths().getFirst().disconnect();
            await().atMost(PATIENCE).until(() -> !called.isEmpty());
            late.set(false);
            await().atMost(PATIENCE).until(() -> session.paths().getFirst().state() == ClientPathState.CLOSED);
            assertThat(called).containsExactly(Status.OK);
            memory.close();
        }
    }

    @Test
    void aWriteThatWaitsIsNotSentOnTheOtherPath() throws Exception {
        assumeTrue(Subject.ADDRESS.isLoopbackAddress());
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = open(server.address(), 1)) {
            RegisteredMemory memory = session.allocate(BYTES);
            answeredWrite(session, memory);
            session.addPath("ip:127.0.0.2@ip:%s".formatted(Subject.ADDRESS.getHostAddress()));
            Queue<Direction> arrivals = new ConcurrentLinkedQueue<>();
            server.before = (operation, handle) -> {
                arrivals.add(operation.direction());
                server.serve(operation, handle);
            };
            session.disconnectPath(session.paths().getFirst());
            await().atMost(PATIENCE).until(() -> !called.isEmpty());
            session.read(Clients.header(0, 0), memory, 0, BYTES);
            assertThat(arrivals).containsExactly(Direction.READ);
            assertThat(called).containsExactly(Status.OK);
        }
    }

    @Test
    void aWriteThatWaitsEndsOnceWhenTheSessionIsClosed() throws Exception {
        try (MemoryServer server = new MemoryServer(true)) {
            ClientSession session = open(server.address(), 1);
            answeredWrite(session, session.allocate(BYTES));
            session.close();
            assertThat(called).containsExactly(Status.OK);
        }
    }

    /** Answers every request on the IO connection that it has not come by, as the protocol allows. */
    private static final class Elsewhere extends RawScript {
        @Override
        void onRequest(RawServerConnection connection, int immediate) {
            RawServerConnection other = connection.server.connections().get(3 - connection.cid);
            answer(other, bufferId(immediate), 0);
        }
    }

    /** A request on the same connection, whose answer comes behind that to the first. */
    private static void awaitAnswerBehind(ClientSession session, Permit first) throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        List<Permit> permits = new ArrayList<>();
        Permit behind = session.getPermit(ConnectionType.IO);
        permits.add(behind);
        while ((behind.id() - first.id()) % 2 != 0) { // it has the other of the two connections
            behind = session.getPermit(ConnectionType.IO);
            permits.add(behind);
        }
        session.request(
                Direction.WRITE, behind, (held, status) -> answered.countDown(), Clients.header(0, 0), null, 0, 0);
        assertThat(answered.await(Subject.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        permits.forEach(session::putPermit);
    }

    @ParameterizedTest(name = "acknowledgements are late: {0}")
    @ValueSource(booleans = {true, false})
    void anAnswerMayComeOnAnotherConnection(boolean isLate) throws Exception {
        late.set(isLate);
        try (RawServer server = new RawServer(new Elsewhere());
                ClientSession session = open(new InetSocketAddress(Subject.ADDRESS, server.port()), 2)) {
            RegisteredMemory memory = session.allocate(BYTES);
            if (isLate) {
                Permit first = write(session, ConnectionType.IO, memory);
                awaitAnswerBehind(session, first);
                assertThat(called).isEmpty();
                late.set(false);
                await().atMost(PATIENCE).until(() -> !called.isEmpty());
                assertThat(called).containsExactly(Status.OK);
            }
            for (int i = 0; i < 500; i++) {
                session.write(Clients.header(0, 0), memory, 0, BYTES); // whichever comes first
            }
            assertThat(session.paths().getFirst().strayMessages()).isZero();
        }
    }
}
