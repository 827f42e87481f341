package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.driver.Ambient;
import io.rtrs.core.work.LoopMode;
import io.rtrs.core.work.LoopShare;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.interop.subject.Subject;
import io.rtrs.server.FencePolicy;
import io.rtrs.server.RequestHandler;
import io.rtrs.server.ServerSession;
import io.rtrs.server.SessionListener;
import io.rtrs.server.driver.ServerDriver;
import io.rtrs.server.driver.ServerSettings;
import io.rtrs.server.policy.ServerConfig;
import io.rtrs.server.policy.ServerLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Closing a server waits until nothing is left, whoever closes it. */
@Timeout(Subject.PATIENCE_S * 5)
class ServerCloseTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);

    /** What a thread that closes the server saw when that was over. */
    private static final class Closer {
        private final Thread thread;
        private volatile boolean interrupted;
        private volatile boolean told;

        Closer(MemoryServer server, Slow listener, boolean interrupts) {
            thread = Thread.ofPlatform().unstarted(() -> {
                if (interrupts) {
                    Thread.currentThread().interrupt();
                }
                server.close();
                interrupted = Thread.currentThread().isInterrupted();
                told = listener.told;
            });
            thread.start();
        }

        /** Until it waits; or until it is over, which it should not be. */
        void awaitWaiting() {
            await().atMost(PATIENCE)
                    .until(() -> thread.getState() == Thread.State.TIMED_WAITING
                            || thread.getState() == Thread.State.TERMINATED);
        }
    }

    private static final class Slow implements SessionListener {
        private final CountDownLatch gate = new CountDownLatch(1);
        private volatile boolean told;

        @Override
        public void onDisconnected(ServerSession session) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            told = true;
        }
    }

    /** A server whose clock is far ahead whenever this thread looks at it: it never waits for long. */
    private static ServerDriver hasty(RequestHandler handler, SessionListener listener) throws Exception {
        Thread hurried = Thread.currentThread();
        AtomicLong ahead = new AtomicLong();
        Ambient real = Ambient.real();
        Ambient ambient = new Ambient(
                () -> System.nanoTime()
                        + (Thread.currentThread() == hurried
                                ? ahead.addAndGet(Duration.ofHours(1).toNanos())
                                : 0),
                real.wall(),
                real.uuids(),
                real.random(),
                real.crew());
        return ServerDriver.start(new ServerSettings(
                List.of(Subject.addresses()),
                new ServerConfig(8, 8192, 4096, true, 1, FencePolicy.ON, PATIENCE.toNanos()),
                new ServerLimits(4, 4, 4, 64, 64, 1 << 24, List.of()),
                Subject.PROVIDER,
                WaitStrategy.SPIN_THEN_EVENTS,
                new LoopShare(LoopMode.SHARED, 1, 1),
                handler,
                List.of(),
                listener,
                PATIENCE.toNanos(),
                5,
                ambient));
    }

    @Test
    void noCallOfTheListenerBeginsBehindACloseThatGaveUp() throws Exception {
        List<Runnable> held = new CopyOnWriteArrayList<>();
        List<String> events = new CopyOnWriteArrayList<>();
        SessionListener listener = new SessionListener() {
            @Override
            public void onDisconnected(ServerSession session) {
                events.add("disconnected");
            }
        };
        ServerDriver server =
                hasty((operation, handle) -> held.add(() -> operation.respond(handle, Status.OK)), listener);
        try (ClientSession session =
                Clients.to(server.localAddresses().getFirst()).open()) {
            RegisteredMemory memory = session.allocate(512);
            CompletableFuture<Void> write =
                    session.submit(Direction.WRITE, ConnectionType.IO, Clients.header(0, 0), memory, 0, 512);
            await().atMost(PATIENCE).until(() -> !held.isEmpty());
            server.close();
            assertThat(server.isClosed()).isFalse();
            held.forEach(Runnable::run);
            held.clear();
            await().atMost(PATIENCE).until(server::isClosed);
            assertThat(events).isEmpty();
            await().atMost(PATIENCE).until(write::isDone);
        } finally {
            held.forEach(Runnable::run);
            server.closeSoon();
            await().atMost(PATIENCE).until(server::isClosed);
        }
    }

    @Test
    void anInterruptedThreadWaitsAndStaysInterruptedAndSoDoesTheSecondOne() throws Exception {
        Slow listener = new Slow();
        MemoryServer server = new MemoryServer(true, b -> b.sessionListener(listener));
        try (ClientSession session = Clients.to(server.address()).open()) {
            assertThat(session.isConnected()).isTrue();
            Closer first = new Closer(server, listener, true);
            Closer second = new Closer(server, listener, false);
            first.awaitWaiting();
            second.awaitWaiting();
            listener.gate.countDown();
            first.thread.join();
            second.thread.join();
            assertThat(first.interrupted).isTrue();
            assertThat(first.told).isTrue();
            assertThat(second.interrupted).isFalse();
            assertThat(second.told).isTrue();
            assertThat(server.server.sessions()).isEmpty();
        } finally {
            listener.gate.countDown();
            server.close();
        }
    }
}
