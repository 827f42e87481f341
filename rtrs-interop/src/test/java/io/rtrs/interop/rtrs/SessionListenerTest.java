package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientPath;
import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.Status;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.stats.PathCounter;
import io.rtrs.interop.subject.Subject;
import io.rtrs.server.ServerSession;
import io.rtrs.server.SessionListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Listeners of sessions that take their time hold up nothing but what they are told next. */
@Timeout(Subject.PATIENCE_S * 5)
class SessionListenerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);
    private static final int BYTES = 512;

    /** Holds whoever comes, until it is opened. */
    private static final class Gate {
        private final CountDownLatch open = new CountDownLatch(1);
        private volatile boolean reached;

        void pass() {
            reached = true;
            try {
                open.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        void awaitSomebody() {
            await().atMost(PATIENCE).until(() -> reached);
        }

        void open() {
            open.countDown();
        }
    }

    @Test
    void aClientsListenerThatBlocksHoldsUpNoPath() throws Exception {
        Gate gate = new Gate();
        List<String> events = new CopyOnWriteArrayList<>();
        List<Exception> ofClosing = new CopyOnWriteArrayList<>();
        io.rtrs.client.SessionListener listener = new io.rtrs.client.SessionListener() {
            @Override
            public void onDisconnected(ClientSession session) {
                events.add(LinkEvents.DISCONNECTED);
                gate.pass();
            }

            @Override
            public void onReconnected(ClientSession session) {
                try {
                    RegisteredMemory memory = session.allocate(BYTES);
                    session.write(Clients.header(0, 0), memory, 0, BYTES); // it may wait for requests
                    session.close();
                } catch (RtrsException | RuntimeException e) {
                    ofClosing.add(e);
                }
                events.add(LinkEvents.RECONNECTED);
            }
        };
        try (MemoryServer server = new MemoryServer(true)) {
            ClientSession session = Clients.to(server.address())
                    .reconnect(Duration.ZERO, Duration.ZERO, -1)
                    .sessionListener(listener)
                    .open();
            try {
                ClientPath path = session.paths().getFirst();
                server.paths().getFirst().disconnect();
                gate.awaitSomebody();
                await().atMost(PATIENCE).until(() -> path.counter(PathCounter.RECONNECTS_OK) == 1);
                RegisteredMemory memory = session.allocate(BYTES);
                session.write(Clients.header(0, 0), memory, 0, BYTES);
                assertThat(events).containsExactly(LinkEvents.DISCONNECTED);
                gate.open();
                await().atMost(PATIENCE).until(() -> events.size() == 2);
                assertThat(events).containsExactly(LinkEvents.DISCONNECTED, LinkEvents.RECONNECTED);
                assertThat(ofClosing)
                        .singleElement()
                        .isInstanceOfSatisfying(
                                IllegalStateException.class, e -> assertThat(e).hasMessageContaining("listener"));
            } finally {
                gate.open();
                session.close();
            }
            assertThat(events)
                    .containsExactly(LinkEvents.DISCONNECTED, LinkEvents.RECONNECTED, LinkEvents.DISCONNECTED);
        }
    }

    private static final class Blocking implements SessionListener {
        final Gate gate = new Gate();
        final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public Status onConnected(ServerSession session) {
            events.add("connected " + session.name());
            if (session.name().equals("slow")) {
                gate.pass();
            }
            return Status.OK;
        }

        @Override
        public void onDisconnected(ServerSession session) {
            events.add("disconnected " + session.name());
        }
    }

    private static CompletableFuture<ClientSession> opening(MemoryServer server, String name) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return Clients.to(server.address()).sessionName(name).open();
            } catch (RtrsException e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        });
    }

    @Test
    void aServersListenerThatBlocksHoldsUpOnlyWhoComesNext() throws Exception {
        Blocking listener = new Blocking();
        try (MemoryServer server = new MemoryServer(true, b -> b.sessionListener(listener))) {
            try (ClientSession first =
                            Clients.to(server.address()).sessionName("first").open();
                    ClientSession other =
                            Clients.to(server.address()).sessionName("other").open()) {
                CompletableFuture<ClientSession> slow = opening(server, "slow");
                listener.gate.awaitSomebody();
                server.server.sessions().stream()
                        .filter(s -> s.name().equals("first"))
                        .forEach(ServerSession::disconnect);
                await().atMost(PATIENCE).until(() -> !first.isConnected());
                await().atMost(PATIENCE).until(() -> server.server.sessions().size() == 2);
                RegisteredMemory memory = other.allocate(BYTES);
                other.write(Clients.header(0, 0), memory, 0, BYTES);
                assertThat(slow).isNotDone();
                listener.gate.open();
                slow.join().close();
            } finally {
                listener.gate.open();
            }
        }
        assertThat(listener.events)
                .startsWith("connected first", "connected other", "connected slow", "disconnected first")
                .contains("disconnected slow", "disconnected other") // close() has waited for them
                .hasSize(6);
    }

    @Test
    void whoTheServersListenerKeepsWaitingTooLongIsToldAndMayComeAgain() throws Exception {
        Blocking listener = new Blocking();
        try (MemoryServer server =
                new MemoryServer(true, b -> b.sessionListener(listener).halfOpenTimeout(Duration.ofSeconds(2)))) {
            try {
                assertThatThrownBy(() ->
                                Clients.to(server.address()).sessionName("slow").open())
                        .isInstanceOf(RtrsException.class);
                listener.gate.awaitSomebody();
                assertThatThrownBy(() -> Clients.to(server.address())
                                .sessionName("behind")
                                .open())
                        .isInstanceOf(RtrsException.class);
                await().atMost(PATIENCE).until(() -> server.server.sessions().isEmpty());
                assertThat(listener.events).containsExactly("connected slow");
                assertThat(server.incidents())
                        .contains("half-open for too long: the session listener has not answered")
                        .doesNotContain("INFO");
            } finally {
                listener.gate.open();
            }
            await().atMost(PATIENCE).until(() -> listener.events.size() == 2);
            try (ClientSession again =
                    Clients.to(server.address()).sessionName("behind").open()) {
                assertThat(again.isConnected()).isTrue();
            }
        }
        assertThat(listener.events)
                .containsExactly("connected slow", "disconnected slow", "connected behind", "disconnected behind");
    }

    /** Sessions have the order in which they came for a name, not the name alone. */
    private static final class Numbering implements SessionListener {
        final Gate gate = new Gate();
        final List<String> events = new CopyOnWriteArrayList<>();
        private final List<ServerSession> seen = new CopyOnWriteArrayList<>();

        @Override
        public Status onConnected(ServerSession session) {
            seen.add(session);
            events.add("connected " + seen.indexOf(session));
            gate.pass();
            return Status.OK;
        }

        @Override
        public void onDisconnected(ServerSession session) {
            events.add("disconnected " + seen.indexOf(session));
        }
    }

    @Test
    void aServersListenerIsToldOfTheEndBeforeTheClientComesAgain() throws Exception {
        Numbering listener = new Numbering();
        try (MemoryServer server = new MemoryServer(true, b -> b.sessionListener(listener))) {
            try {
                CompletableFuture<ClientSession> gone = opening(server, "again");
                listener.gate.awaitSomebody();
                server.server.sessions().forEach(ServerSession::disconnect);
                await().atMost(PATIENCE).until(gone::isCompletedExceptionally);
                await().atMost(PATIENCE).until(() -> server.server.sessions().isEmpty());
                CompletableFuture<ClientSession> back = opening(server, "again");
                await().atMost(PATIENCE)
                        .until(() -> server.server.sessions().stream()
                                .anyMatch(s -> s.name().equals("again")));
                listener.gate.open();
                back.join().close();
            } finally {
                listener.gate.open();
            }
        }
        assertThat(listener.events).containsExactly("connected 0", "disconnected 0", "connected 1", "disconnected 1");
    }

    @Test
    void aServersListenerMayBeginToCloseTheServer() throws Exception {
        MemoryServer[] made = new MemoryServer[1];
        List<String> events = new CopyOnWriteArrayList<>();
        SessionListener listener = new SessionListener() {
            @Override
            public void onDisconnected(ServerSession session) {
                made[0].close();
                events.add("disconnected");
            }
        };
        try (MemoryServer server = new MemoryServer(true, b -> b.sessionListener(listener))) {
            made[0] = server;
            Clients.to(server.address()).open().close();
            await().atMost(PATIENCE).until(() -> !events.isEmpty());
        }
        assertThat(events).containsExactly("disconnected");
    }
}
