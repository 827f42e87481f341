package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.interop.subject.Subject;
import io.rtrs.server.ServerSession;
import io.rtrs.server.SessionListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Handlers, callbacks and listeners that leave their thread interrupted, or throw what cannot even be printed. */
@Timeout(Subject.PATIENCE_S * 5)
class UserCodeTest {

    private static final class Unprintable extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("has no text either");
        }
    }

    private static void interrupt() {
        Thread.currentThread().interrupt();
    }

    private static void writes(ClientSession session) throws Exception {
        RegisteredMemory memory = session.allocate(1024);
        for (int i = 0; i < 20; i++) {
            session.write(Clients.header(0, 0), memory, 0, 512);
            session.read(Clients.header(0, 0), memory, 512, 512);
        }
        memory.close();
    }

    @Test
    void aHandlerThatLeavesItsThreadInterrupted() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address()).open()) {
            server.before = (operation, handle) -> {
                interrupt();
                server.serve(operation, handle);
            };
            writes(session);
            assertThat(server.server.incidents()).isEmpty();
        }
    }

    @Test
    void aSessionListenerThatLeavesTheControlThreadInterrupted() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        SessionListener listener = new SessionListener() {
            @Override
            public Status onConnected(ServerSession session) {
                calls.incrementAndGet();
                interrupt();
                return Status.OK;
            }

            @Override
            public void onDisconnected(ServerSession session) {
                calls.incrementAndGet();
                interrupt();
            }
        };
        try (MemoryServer server = new MemoryServer(true, b -> b.sessionListener(listener))) {
            for (int round = 1; round <= 3; round++) {
                try (ClientSession session = Clients.to(server.address()).open()) {
                    writes(session);
                }
                int expected = 2 * round;
                await().atMost(Duration.ofSeconds(Subject.PATIENCE_S)).until(() -> calls.get() == expected);
            }
            assertThat(server.server.incidents()).isEmpty();
        }
    }

    @Test
    void aCallbackThatLeavesItsThreadInterrupted() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address()).open()) {
            RegisteredMemory memory = session.allocate(512);
            for (int i = 0; i < 20; i++) {
                CompletableFuture<Status> ended = new CompletableFuture<>();
                Permit permit = session.getPermit(i % 2 == 0 ? ConnectionType.IO : ConnectionType.ADMIN);
                assertThat(session.request(
                                Direction.WRITE,
                                permit,
                                (p, status) -> {
                                    interrupt();
                                    ended.complete(status);
                                },
                                Clients.header(0, 0),
                                memory,
                                0,
                                512))
                        .isEqualTo(Status.OK);
                assertThat(ended.get(Subject.PATIENCE_S, TimeUnit.SECONDS)).isEqualTo(Status.OK);
                session.putPermit(permit);
            }
            writes(session);
        }
    }

    @Test
    void whatDependsOnAFutureLeavesItsThreadInterrupted() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address()).open()) {
            RegisteredMemory memory = session.allocate(512);
            for (int i = 0; i < 20; i++) {
                session.submit(Direction.WRITE, ConnectionType.IO, Clients.header(0, 0), memory, 0, 512)
                        .thenRun(UserCodeTest::interruptOwnThread)
                        .get(Subject.PATIENCE_S, TimeUnit.SECONDS);
            }
            writes(session);
        }
    }

    /** Not the test's own thread, on which it runs if the answer was there first. */
    private static void interruptOwnThread() {
        if (Thread.currentThread().getName().startsWith("rtrs-")) {
            interrupt();
        }
    }

    @Test
    void aClientsSessionListenerThatLeavesTheControlThreadInterrupted() throws Exception {
        List<String> events = new CopyOnWriteArrayList<>();
        io.rtrs.client.SessionListener listener = new io.rtrs.client.SessionListener() {
            @Override
            public void onDisconnected(ClientSession lost) {
                events.add(LinkEvents.DISCONNECTED);
                interrupt();
            }
        };
        FailingProvider provider = new FailingProvider(Subject.PROVIDER, 0);
        try (RawServer server = new RawServer(new RawScript())) {
            ClientSession session = ClientBadInputTest.client(server)
                    .provider(provider)
                    .sessionListener(listener)
                    .open();
            server.disconnectAll();
            await().atMost(Duration.ofSeconds(Subject.PATIENCE_S)).until(() -> !events.isEmpty());
            session.close();
            assertThat(events).containsExactly(LinkEvents.DISCONNECTED);
            assertThat(provider.failedWaits).hasValue(0);
        }
    }

    /** On the thread of the application that polls, the flag is the application's. */
    @Test
    void aThreadThatPollsForItselfStaysInterrupted() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address())
                        .waitStrategy(WaitStrategy.INVOKED)
                        .open()) {
            RegisteredMemory memory = session.allocate(512);
            CompletableFuture<Status> ended = new CompletableFuture<>();
            Permit permit = session.getPermit(ConnectionType.IO);
            session.request(
                    Direction.WRITE,
                    permit,
                    (p, status) -> {
                        interrupt();
                        ended.complete(status);
                    },
                    Clients.header(0, 0),
                    memory,
                    0,
                    512);
            while (!ended.isDone()) {
                session.poll();
            }
            assertThat(Thread.interrupted()).isTrue();
            assertThat(ended.get()).isEqualTo(Status.OK);
            session.putPermit(permit);
        }
    }

    @Test
    void callbacksThatThrowWhatCannotBePrintedKeepNothingFromTheOthers() throws Exception {
        for (WaitStrategy strategy : new WaitStrategy[] {WaitStrategy.EVENTS, WaitStrategy.INVOKED}) {
            try (MemoryServer server = new MemoryServer(true);
                    ClientSession session = Clients.to(server.address())
                            .waitStrategy(strategy)
                            .ioConnections(1)
                            .open()) {
                RegisteredMemory memory = session.allocate(512);
                ConcurrentHashMap<Integer, Integer> calls = new ConcurrentHashMap<>();
                List<Permit> permits = new ArrayList<>();
                for (int i = 0; i < MemoryServer.QUEUE_DEPTH; i++) {
                    Permit permit = session.getPermit(ConnectionType.IO);
                    permits.add(permit);
                    assertThat(session.request(
                                    Direction.WRITE,
                                    permit,
                                    (p, status) -> {
                                        calls.merge(p.id(), 1, Integer::sum);
                                        throw new Unprintable();
                                    },
                                    Clients.header(0, 0),
                                    memory,
                                    0,
                                    512))
                            .isEqualTo(Status.OK);
                }
                await().atMost(Duration.ofSeconds(Subject.PATIENCE_S)).until(() -> {
                    session.poll();
                    return calls.size() == MemoryServer.QUEUE_DEPTH;
                });
                assertThat(calls).allSatisfy((id, times) -> assertThat(times).isEqualTo(1));
                permits.forEach(session::putPermit);
                writes(session);
            }
        }
    }

    @Test
    void aHandlerThatThrowsWhatCannotBePrintedFailsItsRequestAlone() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address()).open()) {
            RegisteredMemory memory = session.allocate(512);
            server.before = (operation, handle) -> {
                throw new Unprintable();
            };
            assertThat(session.submit(Direction.WRITE, ConnectionType.IO, Clients.header(0, 0), memory, 0, 512))
                    .failsWithin(Duration.ofSeconds(Subject.PATIENCE_S));
            server.before = null;
            writes(session);
        }
    }
}
