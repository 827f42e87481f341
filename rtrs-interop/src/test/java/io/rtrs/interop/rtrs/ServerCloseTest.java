package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientSession;
import io.rtrs.interop.subject.Subject;
import io.rtrs.server.ServerSession;
import io.rtrs.server.SessionListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

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
