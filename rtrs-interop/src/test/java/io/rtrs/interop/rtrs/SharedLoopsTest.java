package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.work.LoopMode;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.interop.subject.Subject;
import io.rtrs.server.RtrsServer;
import io.rtrs.server.ServerPath;
import io.rtrs.server.ServerSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Connections that share loops and completion queues: what that costs, and who holds up whom. */
@Timeout(Subject.PATIENCE_S * 5)
class SharedLoopsTest {
    private static final int SESSIONS = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);

    private static MemoryServer serve(UnaryOperator<RtrsServer.Builder> more) throws RtrsException {
        return new MemoryServer(true, more);
    }

    private static RtrsClient.Builder to(MemoryServer server, String name) {
        return Clients.to(server.address()).sessionName(name);
    }

    /** Threads whose names begin so; those of other tests have ended, or will. */
    private static Set<Thread> threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .collect(Collectors.toSet());
    }

    /** Those of clients and servers; a provider has its own. */
    private static Set<Thread> threads() {
        Set<Thread> all = threads("rtrs-clt");
        all.addAll(threads("rtrs-server"));
        return all;
    }

    private static void works(ClientSession session, int seed) throws RtrsException {
        RegisteredMemory memory = session.allocate(8192);
        assertThat(Clients.roundTrip(session, memory, 4096 * (seed % 100), 2048, seed))
                .isTrue();
        memory.close();
    }

    /** As many in flight as there are permits: each connection has some. */
    private static void loads(ClientSession session, int seed) throws Exception {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < MemoryServer.QUEUE_DEPTH; i++) {
            int mine = seed + i;
            all.add(CompletableFuture.runAsync(
                    () -> {
                        try {
                            for (int round = 0; round < 20; round++) {
                                works(session, mine);
                            }
                        } catch (RtrsException e) {
                            throw new AssertionError(e);
                        }
                    },
                    task -> Thread.ofPlatform().daemon().start(task)));
        }
        for (CompletableFuture<Void> one : all) {
            one.get(Subject.PATIENCE_S, TimeUnit.SECONDS);
        }
    }

    @Test
    void eight_connections_share_one_loop_and_nothing_is_mistaken() throws Exception {
        Set<Thread> before = threads();
        Object handles = Subject.handles();
        try (MemoryServer server = serve(builder -> builder.loops(1, 4));
                ClientSession session =
                        to(server, "eight").ioConnections(8).loops(1).open()) {
            loads(session, 1);
            Set<Thread> now = threads();
            now.removeAll(before);
            assertThat(now.stream().map(Thread::getName))
                    .as("a control thread, one for heartbeats and one for IO at each end")
                    .hasSize(6)
                    .filteredOn(name -> name.contains("-io"))
                    .hasSize(2);
        }
        await().atMost(PATIENCE).until(() -> before.containsAll(threads()));
        Clients.awaitHandles(handles);
    }

    @Test
    void threads_of_their_own_are_one_for_each_connection() throws Exception {
        Set<Thread> before = threads();
        try (MemoryServer server = serve(builder -> builder.loopMode(LoopMode.OWN_THREAD));
                ClientSession session = to(server, "own")
                        .ioConnections(3)
                        .loopMode(LoopMode.OWN_THREAD)
                        .open()) {
            loads(session, 2);
            Set<Thread> now = threads();
            now.removeAll(before);
            assertThat(now).hasSize(2 * (1 + 1 + 3));
        }
    }

    @Test
    void two_hundred_sessions_cost_a_server_no_more_threads_for_io_than_it_may_have() throws Exception {
        Set<Thread> before = threads();
        List<ClientSession> sessions = new ArrayList<>();
        try (MemoryServer server = serve(builder -> builder.loops(2, 8))) {
            try {
                for (int i = 0; i < SESSIONS; i++) {
                    sessions.add(
                            to(server, "many" + i).ioConnections(2).loops(1).open());
                }
                for (int i = 0; i < SESSIONS; i++) {
                    works(sessions.get(i), i);
                }
                Set<Thread> servers = threads("rtrs-server");
                servers.removeAll(before);
                assertThat(servers)
                        .as("one for control, eight for IO, one for the heartbeats of each")
                        .hasSize(1 + 8 + SESSIONS);
                Set<Thread> clients = threads("rtrs-clt");
                clients.removeAll(before);
                assertThat(clients).hasSize(3 * SESSIONS);
            } finally {
                for (ClientSession session : sessions) {
                    session.close();
                }
            }
            await().atMost(PATIENCE).until(() -> server.server.sessions().isEmpty());
        }
        await().atMost(PATIENCE).until(() -> before.containsAll(threads()));
    }

    @Test
    void a_handler_that_blocks_holds_up_its_own_path_alone_and_not_its_heartbeats() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean first = new AtomicBoolean(true);
        try (MemoryServer server = serve(builder -> builder.heartbeat(Duration.ofMillis(200), 2));
                ClientSession held = to(server, "held")
                        .heartbeat(Duration.ofMillis(200), 2)
                        .loops(1)
                        .open();
                ClientSession other = to(server, "other").open()) {
            server.before = (operation, handle) -> {
                if (first.compareAndSet(true, false)) {
                    blocked.countDown();
                    awaitUninterruptibly(release);
                }
                server.serve(operation, handle);
            };
            CompletableFuture<Void> write = runAsync(() -> works(held, 3));
            assertThat(blocked.await(Subject.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
            loads(other, 4);
            long until = System.nanoTime() + Duration.ofSeconds(2).toNanos();
            while (System.nanoTime() - until < 0) { // more heartbeats than may be missed
                works(other, 5);
            }
            assertThat(write).isNotDone();
            assertThat(server.server.sessions()).hasSize(2);
            assertThat(held.paths().getFirst().isConnected()).isTrue();
            release.countDown();
            write.get(Subject.PATIENCE_S, TimeUnit.SECONDS);
        } finally {
            release.countDown();
        }
    }

    @Test
    void a_handler_that_never_returns_keeps_no_other_path_of_its_loop_from_closing() throws Exception {
        Object handles = Subject.handles();
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (MemoryServer server = serve(builder -> builder.loops(1, 1));
                ClientSession held = to(server, "held").ioConnections(1).open()) {
            try {
                ClientSession other = to(server, "other").ioConnections(1).open();
                works(other, 13);
                server.before = (operation, handle) -> {
                    blocked.countDown();
                    awaitUninterruptibly(release);
                    server.serve(operation, handle);
                };
                CompletableFuture<Void> write = runAsync(() -> works(held, 14));
                assertThat(blocked.await(Subject.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
                server.before = null;
                other.close();
                await().atMost(PATIENCE).until(() -> names(server), names -> names.equals(List.of("held")));
                assertThat(server.events).contains("disconnected other");
                try (ClientSession again = to(server, "other").ioConnections(1).open()) { // with a loop that turns
                    works(again, 15);
                }
                assertThat(write).isNotDone();
                release.countDown();
                write.get(Subject.PATIENCE_S, TimeUnit.SECONDS);
                works(held, 16);
            } finally {
                release.countDown();
            }
        }
        Clients.awaitHandles(handles); // also those of the path that went on without its loop
    }

    /** What it answers leaves when it returns, and the path must not wait for that. */
    @Test
    void a_handler_that_answers_and_never_returns_does_not_keep_its_path() throws Exception {
        Object handles = Subject.handles();
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (MemoryServer server = serve(builder -> builder);
                ClientSession session = to(server, "answered").ioConnections(1).open()) {
            try {
                session.setReconnectAttemptsMax(0);
                server.before = (operation, handle) -> {
                    server.serve(operation, handle);
                    blocked.countDown();
                    awaitUninterruptibly(release);
                };
                CompletableFuture<Void> write = runAsync(() -> works(session, 17));
                assertThat(blocked.await(Subject.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
                server.paths().forEach(ServerPath::disconnect);
                await().atMost(PATIENCE).until(() -> server.server.sessions().isEmpty());
                assertThat(server.events).contains("disconnected answered");
                assertThat(write).failsWithin(PATIENCE);
            } finally {
                release.countDown();
            }
        }
        Clients.awaitHandles(handles);
    }

    private static List<String> names(MemoryServer server) {
        return server.server.sessions().stream().map(ServerSession::name).toList();
    }

    @Test
    void a_path_that_breaks_leaves_the_others_of_its_loops_alone() throws Exception {
        Object handles = Subject.handles();
        try (MemoryServer server = serve(builder -> builder.loops(1, 1));
                ClientSession stays = to(server, "stays").ioConnections(4).open()) {
            for (int round = 0; round < 5; round++) {
                try (ClientSession goes = to(server, "goes").ioConnections(4).open()) {
                    CompletableFuture<Void> load = runAsync(() -> loads(stays, 6));
                    works(goes, 7);
                    server.server.sessions().stream()
                            .filter(session -> "goes".equals(session.name()))
                            .forEach(session -> session.paths().getFirst().disconnect());
                    load.get(Subject.PATIENCE_S, TimeUnit.SECONDS);
                }
                await().atMost(PATIENCE).until(() -> server.server.sessions().size() == 1);
            }
            loads(stays, 8);
        }
        Clients.awaitHandles(handles);
    }

    @Test
    void a_queue_that_cannot_be_armed_ends_its_own_path_alone() throws Exception {
        FailingProvider provider = new FailingProvider(Subject.PROVIDER, 0);
        try (MemoryServer server =
                        serve(builder -> builder.provider(provider).loops(1, 1).waitStrategy(WaitStrategy.EVENTS));
                ClientSession stays = to(server, "stays").ioConnections(1).open();
                ClientSession goes = to(server, "goes").ioConnections(1).open()) {
            works(stays, 9);
            works(goes, 10);
            goes.setReconnectAttemptsMax(0);
            provider.refuseToArmTheLastQueue();
            await().atMost(PATIENCE).until(() -> fails(goes));
            await().atMost(PATIENCE).until(() -> server.server.sessions().size() <= 1);
            loads(stays, 12);
            assertThat(stays.paths().getFirst().lastError()).isEmpty();
            assertThat(server.incidents()).contains("arming fails");
            assertThat(server.server.sessions())
                    .singleElement()
                    .extracting(s -> s.name())
                    .isEqualTo("stays");
        }
    }

    private static boolean fails(ClientSession session) {
        try {
            works(session, 11);
            return false;
        } catch (RtrsException e) {
            return true;
        }
    }

    @Test
    void numbers_that_make_no_sense_are_named() {
        assertThatThrownBy(() -> serve(builder -> builder.loops(0, 1))).hasMessageContaining("loops = 0");
        assertThatThrownBy(() -> serve(builder -> builder.loops(4, 3))).hasMessageContaining("3 in all");
        assertThatThrownBy(() -> serve(builder -> builder.loopMode(LoopMode.INVOKED)))
                .hasMessageContaining("WaitStrategy.INVOKED");
        RtrsClient.Builder client = Clients.to(Subject.addresses()[0]).port(1);
        assertThatThrownBy(() -> client.loops(0).open()).hasMessageContaining("loops = 0");
        assertThatThrownBy(() -> client.loops(1).loopMode(LoopMode.INVOKED).open())
                .hasMessageContaining("WaitStrategy.INVOKED");
    }

    private interface Work {
        void run() throws Exception;
    }

    private static CompletableFuture<Void> runAsync(Work work) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        work.run();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                },
                task -> Thread.ofPlatform().daemon().start(task));
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
