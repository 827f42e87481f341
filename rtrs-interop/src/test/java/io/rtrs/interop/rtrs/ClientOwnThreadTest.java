package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.state.ClientPathState;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.interop.subject.Subject;
import io.rtrs.soft.inprocess.InProcessProvider;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Callbacks that wait for what only their own thread could bring, or that do not return. */
@Timeout(Subject.PATIENCE_S * 5)
class ClientOwnThreadTest {

    private static MemorySegment header() {
        return MemorySegment.ofArray(new byte[4]);
    }

    @Test
    @SuppressWarnings("try") // closing where it must not be is the point
    void aCallbackInsidePollIsOnAThreadOfTheSession() throws Exception {
        try (RawServer server = new RawServer(new RawScript());
                ClientSession session = ClientBadInputTest.client(server)
                        .waitStrategy(WaitStrategy.INVOKED)
                        .open()) {
            RegisteredMemory memory = session.allocate(512);
            Permit permit = session.getPermit(ConnectionType.IO);
            List<Throwable> thrown = new ArrayList<>();
            Status accepted = session.request(
                    Direction.WRITE,
                    permit,
                    (p, s) -> {
                        thrown.add(thrownBy(() -> session.write(header(), memory, 0, 512)));
                        thrown.add(thrownBy(session::close));
                    },
                    header(),
                    memory,
                    0,
                    512);
            assertThat(accepted).isEqualTo(Status.OK);
            while (thrown.isEmpty()) {
                session.poll();
            }
            assertThat(thrown)
                    .hasSize(2)
                    .allSatisfy(t -> assertThat(t)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("its own thread"));
            session.putPermit(permit);
            CompletableFuture<Void> other =
                    CompletableFuture.runAsync(() -> assertThat(thrownBy(() -> session.write(header(), memory, 0, 512)))
                            .isNull());
            other.get(Subject.PATIENCE_S, TimeUnit.SECONDS);
        }
    }

    private interface Act {
        void run() throws Exception;
    }

    private static Throwable thrownBy(Act act) {
        try {
            act.run();
            return null;
        } catch (Exception e) {
            return e;
        }
    }

    @Test
    void aCallbackDoesNotWaitForAPermit() throws Exception {
        try (RawServer server = new RawServer(new RawScript());
                ClientSession session = ClientBadInputTest.client(server).open()) {
            RegisteredMemory memory = session.allocate(512);
            List<Permit> all = new ArrayList<>();
            for (int i = 0; i < session.queueDepth(); i++) {
                all.add(session.getPermit(ConnectionType.IO));
            }
            CompletableFuture<Throwable> get = new CompletableFuture<>();
            CompletableFuture<Throwable> submit = new CompletableFuture<>();
            session.request(
                    Direction.WRITE,
                    all.getFirst(),
                    (p, s) -> {
                        get.complete(thrownBy(() -> session.getPermit(ConnectionType.IO)));
                        submit.complete(thrownBy(
                                () -> session.submit(Direction.WRITE, ConnectionType.IO, header(), memory, 0, 512)
                                        .getNow(null)));
                    },
                    header(),
                    memory,
                    0,
                    512);
            assertThat(get.get(Subject.PATIENCE_S, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EDEADLK));
            assertThat(submit.get(Subject.PATIENCE_S, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EDEADLK));
            all.forEach(session::putPermit);
        }
    }

    /** The con 0 of a device with tiny queues has room for two chains, which a callback on its loop keeps occupied. */
    @Test
    void aFullSendQueueDelaysHeartbeatsAndBreaksNothing() throws Exception {
        assumeTrue(Subject.isSoftware());
        FailingProvider tiny =
                new FailingProvider(Subject.PROVIDER, 0, d -> ClientConstructionTest.small(d, 74, d.maxCqe()));
        Duration interval = Duration.ofMillis(30);
        CountDownLatch release = new CountDownLatch(1);
        try (RawServer server = new RawServer(new RawScript());
                RawServer other = new RawServer(new RawScript());
                ClientSession session = ClientBadInputTest.client(server)
                        .provider(tiny)
                        .heartbeat(interval, 1000)
                        .open()) {
            RegisteredMemory memory = session.allocate(512);
            CountDownLatch blocked = new CountDownLatch(1);
            AtomicInteger failures = new AtomicInteger();
            AtomicInteger calls = new AtomicInteger();
            List<Permit> permits = new ArrayList<>();
            for (int i = 0; i < session.queueDepth() - 1; i++) {
                Permit permit = session.getPermit(ConnectionType.ADMIN);
                permits.add(permit);
                Status result = session.request(
                        Direction.WRITE,
                        permit,
                        (p, s) -> {
                            blocked.countDown();
                            ServerBadRequestTest.awaitUninterruptibly(release);
                            failures.addAndGet(s.errno());
                            calls.incrementAndGet();
                        },
                        header(),
                        memory,
                        0,
                        512);
                assertThat(result).isEqualTo(Status.OK);
                assertThat(blocked.await(Subject.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(permits).hasSizeGreaterThan(2);
            for (int i = 0; i < 3; i++) { // while other sessions beat, this one has something to beat about as well
                try (ClientSession beating = ClientBadInputTest.client(other)
                        .heartbeat(interval, 1000)
                        .open()) {
                    while (beating.paths().getFirst().heartbeatLatencyNs() == 0) {
                        session.write(header(), memory, 0, 512);
                    }
                }
            }
            release.countDown();
            int expected = permits.size();
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> calls.get() == expected);
            assertThat(failures).hasValue(0);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> session.paths().getFirst().heartbeatLatencyNs() > 0);
            assertThat(session.paths().getFirst().state()).isEqualTo(ClientPathState.CONNECTED);
            permits.forEach(session::putPermit);
        } finally {
            release.countDown();
        }
    }

    @Test
    void aCallbackThatDoesNotReturnKeepsItsMemoryButNotTheSession() throws Exception {
        assumeTrue(Subject.PROVIDER instanceof InProcessProvider); // once is enough: it has a provider of its own
        InProcessProvider provider = new InProcessProvider(); // whose objects stay
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger failed = new AtomicInteger();
        RawScript script = new RawScript() {
            @Override
            void onRequest(RawServerConnection connection, int immediate) {
                if (bufferId(immediate) == 0) {
                    answer(connection, 0, 0);
                }
            }
        };
        try (RawServer server = new RawServer(script, provider, Subject.ADDRESS)) {
            ClientSession session = Clients.to(new InetSocketAddress(Subject.ADDRESS, server.port()))
                    .provider(provider)
                    .ioConnections(1)
                    .connectTimeout(Duration.ofSeconds(1))
                    .open();
            RegisteredMemory memory = session.allocate(1024);
            Permit silent = session.getPermit(ConnectionType.IO);
            Permit stuck = session.getPermit(ConnectionType.IO);
            Permit first = silent.id() == 0 ? silent : stuck;
            Permit second = silent.id() == 0 ? stuck : silent;
            CountDownLatch blocked = new CountDownLatch(1);
            session.request(
                    Direction.READ,
                    second,
                    (p, s) -> {
                        failed.addAndGet(s.errno());
                        session.putPermit(p);
                    },
                    header(),
                    memory,
                    0,
                    512);
            session.request(
                    Direction.WRITE,
                    first,
                    (p, s) -> {
                        blocked.countDown();
                        ServerBadRequestTest.awaitUninterruptibly(release);
                    },
                    header(),
                    memory,
                    512,
                    512);
            assertThat(blocked.await(Subject.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
            CompletableFuture.runAsync(session::close).get(Subject.PATIENCE_S, TimeUnit.SECONDS);
            // Closing gives up after a while; its thread goes on.
            Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                assertThat(failed).hasValue(Errno.ECONNABORTED);
                assertThat(session.paths().getFirst().state()).isEqualTo(ClientPathState.CLOSED);
            });
            assertThat(provider.liveObjects().total()).isPositive();
        } finally {
            release.countDown();
        }
        // It has returned after all.
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> provider.liveObjects().total() == 0);
    }

    @Test
    void aCallbackMayCloseItsMemoryWhenThePathIsLost() throws Exception {
        Object before = Subject.handles();
        RawScript silent = new RawScript() {
            @Override
            void onRequest(RawServerConnection connection, int immediate) {
                connection.server.disconnectAll();
            }
        };
        try (RawServer server = new RawServer(silent);
                ClientSession session = ClientBadInputTest.client(server).open()) {
            RegisteredMemory memory = session.allocate(512);
            Permit permit = session.getPermit(ConnectionType.IO);
            CompletableFuture<Status> status = new CompletableFuture<>();
            session.request(
                    Direction.READ,
                    permit,
                    (p, s) -> {
                        Throwable refused = thrownBy(memory::close);
                        if (refused == null) {
                            status.complete(s);
                        } else {
                            status.completeExceptionally(refused);
                        }
                    },
                    header(),
                    memory,
                    0,
                    512);
            assertThat(status.get(Subject.PATIENCE_S, TimeUnit.SECONDS)).isEqualTo(Status.CONNECTION_ABORTED);
            session.putPermit(permit);
        }
        Clients.awaitHandles(before);
    }

    @Test
    void memoryThatAnAdapterDoesNotGiveUpMayBeClosedAgain() throws Exception {
        assumeFalse(Subject.revokesKeys(), "the server decides whether a window stays bound");
        Object before = Subject.handles();
        try (RawServer server = new RawServer(sayingThatKeysAreInvalidated());
                ClientSession session = ClientBadInputTest.client(server).open()) {
            RegisteredMemory memory = session.allocate(512);
            session.read(header(), memory, 0, 512);
            for (int i = 0; i < 2; i++) {
                assertThat(thrownBy(memory::close))
                        .isInstanceOfSatisfying(
                                RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
            }
            server.disconnectAll();
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> session.paths().getFirst().state() == ClientPathState.CLOSED);
            memory.close();
            assertThat(memory.segment().scope().isAlive()).isFalse();
        }
        Clients.awaitHandles(before);
    }

    @Test
    void aServerThatLiesAboutAKeyHoldsNoMemoryWhereTheClientTakesItBack() throws Exception {
        assumeTrue(Subject.revokesKeys(), "the client takes keys back");
        try (RawServer server = new RawServer(sayingThatKeysAreInvalidated());
                ClientSession session = ClientBadInputTest.client(server).open()) {
            RegisteredMemory memory = session.allocate(512);
            session.read(header(), memory, 0, 512);
            memory.close();
            assertThat(memory.segment().scope().isAlive()).isFalse();
        }
    }

    /** Nothing is invalidated: where the client leaves that to the server, the window of a read stays bound. */
    private static RawScript sayingThatKeysAreInvalidated() {
        return new RawScript() {
            @Override
            void onRequest(RawServerConnection connection, int immediate) {
                int id = bufferId(immediate);
                connection.sendImmediate(
                        Immediates.ioResponse(0, id, true),
                        rkeyRsp(id, connection.server.chunks().region().getRkey()));
            }
        };
    }

    /** Whichever comes first, a request never uses memory that is gone: its queue pair would go to error. */
    @Test
    void closingMemoryAndUsingItAtOnceEndsOneWayOrTheOther() throws Exception {
        try (RawServer server = new RawServer(new RawScript());
                ClientSession session = ClientBadInputTest.client(server).open()) {
            for (int i = 0; i < 300; i++) {
                RegisteredMemory memory = session.allocate(512);
                CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> {
                    for (Throwable busy = thrownBy(memory::close); busy != null; busy = thrownBy(memory::close)) {
                        assertThat(busy)
                                .isInstanceOfSatisfying(
                                        RtrsException.class,
                                        e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
                    }
                });
                assertThatThrownBy(() -> {
                            while (true) {
                                session.submit(Direction.WRITE, ConnectionType.IO, header(), memory, 0, 512)
                                        .get();
                            }
                        })
                        .isInstanceOf(ExecutionException.class)
                        .cause()
                        .isInstanceOfSatisfying(
                                RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
                closing.get(Subject.PATIENCE_S, TimeUnit.SECONDS);
            }
            assertThat(session.paths().getFirst().state()).isEqualTo(ClientPathState.CONNECTED);
        }
    }
}
