package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.client.ClientPath;
import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.state.ClientPathState;
import io.rtrs.interop.subject.Subject;
import io.rtrs.soft.inprocess.InProcessProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Closing from either end, dead peers, and what is left behind: nothing. */
@Timeout(Subject.PATIENCE_S * 5)
class ClientCloseTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);

    @Test
    void aHundredConnectsAndDisconnectsLeaveNothing() throws Exception {
        Object before = Subject.handles();
        try (MemoryServer server = new MemoryServer(true)) {
            for (int i = 0; i < 100; i++) {
                // A name of its own: the server may still be busy with the session before.
                try (ClientSession session = Clients.to(server.address())
                        .sessionName("clt" + i)
                        .ioConnections(1)
                        .open()) {
                    RegisteredMemory memory = session.allocate(1024);
                    session.write(Clients.header(0, 0), memory, 0, 512);
                }
            }
        }
        Clients.awaitHandles(before);
    }

    @Test
    void aServerThatClosesEndsTheSessionsRequests() throws Exception {
        Object before = Subject.handles();
        LinkEvents events = new LinkEvents();
        MemoryServer server = new MemoryServer(true);
        try (ClientSession session =
                Clients.to(server.address()).sessionListener(events).open()) {
            server.close();
            await().atMost(PATIENCE).until(() -> session.paths().getFirst().state() == ClientPathState.CLOSED);
            RegisteredMemory memory = session.allocate(512);
            assertThatThrownBy(() -> session.write(Clients.header(0, 0), memory, 0, 512))
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ECONNABORTED));
        }
        assertThat(events.seen).containsExactly(LinkEvents.DISCONNECTED);
        Clients.awaitHandles(before);
    }

    @Test
    void bothEndsMayCloseAtOnce() throws Exception { // spec/rtrs.md 19.85
        Object before = Subject.handles();
        for (int i = 0; i < 10; i++) {
            MemoryServer server = new MemoryServer(i % 2 == 0);
            ClientSession session = Clients.to(server.address()).open();
            CyclicBarrier start = new CyclicBarrier(2);
            Thread other = Thread.ofPlatform().start(() -> {
                awaitBarrier(start);
                server.close();
            });
            awaitBarrier(start);
            session.close();
            other.join();
        }
        Clients.awaitHandles(before);
    }

    private static void awaitBarrier(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void closingFailsWhatIsUnderWayAndWaitsForThePermits() throws Exception { // spec/rtrs.md 19.84
        try (MemoryServer server = new MemoryServer(true)) {
            CompletableFuture<Held> held = new CompletableFuture<>();
            server.before = (operation, handle) -> held.complete(new Held(operation, handle));
            ClientSession session = Clients.to(server.address()).open();
            RegisteredMemory memory = session.allocate(512);
            Permit permit = session.getPermit(ConnectionType.IO);
            AtomicInteger calls = new AtomicInteger();
            CompletableFuture<Status> status = new CompletableFuture<>();
            session.request(
                    Direction.READ,
                    permit,
                    (p, s) -> {
                        calls.incrementAndGet();
                        status.complete(s);
                    },
                    Clients.header(0, 0),
                    memory,
                    0,
                    512);
            held.get(Subject.PATIENCE_S, TimeUnit.SECONDS);
            CompletableFuture<Void> closed = CompletableFuture.runAsync(session::close);
            assertThat(status.get(Subject.PATIENCE_S, TimeUnit.SECONDS)).isEqualTo(Status.CONNECTION_ABORTED);
            held.get().respond(Status.OK);
            assertThat(closed).isNotDone(); // the permit is still out
            assertThat(session.tryGetPermit(ConnectionType.IO)).isNull();
            session.putPermit(permit);
            closed.get(Subject.PATIENCE_S, TimeUnit.SECONDS);
            assertThat(calls).hasValue(1);
            session.close();
            assertThatThrownBy(() -> session.getPermit(ConnectionType.IO))
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESHUTDOWN));
        }
    }

    /** A channel that reads into the session's memory keeps that memory, and nothing else. */
    @Test
    void closingEndsWhileAChannelUsesItsMemoryAndMayBeRepeated() throws Exception {
        Pipe pipe = Pipe.open();
        try (MemoryServer server = new MemoryServer(true)) {
            ClientSession session = Clients.to(server.address()).open();
            RegisteredMemory memory = session.allocate(4096);
            RegisteredMemory other = session.allocate(4096);
            Thread reader = Thread.ofPlatform().daemon().start(() -> {
                try {
                    pipe.source().read(memory.segment().asByteBuffer());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            await().atMost(PATIENCE)
                    .until(() -> List.of(reader.getStackTrace()).toString().contains("read0"));
            session.close();
            session.close();
            assertThat(other.segment().scope().isAlive()).isFalse();
            assertThat(memory.segment().scope().isAlive()).isTrue();
            assertThatThrownBy(memory::close)
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
            pipe.sink().write(ByteBuffer.wrap(new byte[1]));
            reader.join();
            memory.close();
            assertThat(memory.segment().scope().isAlive()).isFalse();
        } finally {
            pipe.sink().close();
            pipe.source().close();
        }
    }

    @Test
    @SuppressWarnings("try") // closing where it must not be is the point
    void aSessionDoesNotWaitForItself() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address()).open()) {
            RegisteredMemory memory = session.allocate(512);
            Permit permit = session.getPermit(ConnectionType.IO);
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            session.request(
                    Direction.WRITE,
                    permit,
                    (p, s) -> {
                        try {
                            session.close();
                        } catch (IllegalStateException e) {
                            thrown.complete(e);
                        }
                    },
                    Clients.header(0, 0),
                    memory,
                    0,
                    512);
            assertThat(thrown.get(Subject.PATIENCE_S, TimeUnit.SECONDS)).hasMessageContaining("its own thread");
            session.putPermit(permit);
        }
    }

    @Test
    void anIdlePathBeatsAndKnowsItsLatency() throws Exception { // spec/rtrs.md 19.80, 19.83
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address())
                        .heartbeat(Duration.ofMillis(50), 200)
                        .open()) {
            ClientPath path = session.paths().getFirst();
            await().atMost(PATIENCE).until(() -> path.heartbeatLatencyNs() > 0);
            assertThat(path.isConnected()).isTrue();
        }
    }

    @Test
    void aDeadPeerIsNoticedAndRequestsFailOnce() throws Exception { // spec/rtrs.md 19.81
        assumeTrue(Subject.PROVIDER instanceof InProcessProvider);
        InProcessProvider provider = new InProcessProvider();
        AtomicInteger calls = new AtomicInteger();
        try (RawDeadServer server = new RawDeadServer(provider);
                ClientSession session = server.client()
                        .heartbeat(Duration.ofMillis(200), 5)
                        .connectTimeout(Duration.ofSeconds(5))
                        .open()) {
            RegisteredMemory memory = session.allocate(512);
            session.write(MemorySegment.ofArray(new byte[4]), memory, 0, 512);
            provider.faults().cut(Subject.ADDRESS);
            CompletableFuture<Void> write =
                    session.submit(Direction.WRITE, ConnectionType.IO, new byte[4], memory, 0, 512);
            CompletableFuture<Void> counted = write.whenComplete((ok, failure) -> calls.incrementAndGet());
            assertThatThrownBy(() -> counted.get(Subject.PATIENCE_S, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ECONNABORTED));
            await().atMost(PATIENCE).until(() -> session.paths().getFirst().state() == ClientPathState.CLOSED);
            assertThat(calls).hasValue(1);
        }
        assertThat(provider.liveObjects().total()).isZero();
    }
}
