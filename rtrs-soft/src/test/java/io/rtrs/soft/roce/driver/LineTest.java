package io.rtrs.soft.roce.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.verbs.Imm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Two wait at one socket: when the one who sleeps on it has what he waited for, the other sleeps on it in his place. */
@Timeout(300)
class LineTest {
    private static final InetAddress SERVER = InetAddress.ofLiteral("192.0.2.1"); // no machine has it
    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.2");

    /** One who waits for a message, in a thread of his own. */
    private static final class Waiter {
        final CompletableFuture<Integer> got = new CompletableFuture<>();
        final Thread thread;

        Waiter(Node.End end) throws IOException {
            end.receive();
            thread = Thread.ofPlatform().daemon().start(() -> {
                try {
                    got.complete(Imm.fromRaw(end.next().getImm_data()));
                } catch (IOException | RuntimeException | Error e) {
                    got.completeExceptionally(e);
                }
            });
        }

        Waiter asleep() {
            await().atMost(Duration.ofMinutes(1)).until(() -> thread.getState() == Thread.State.TIMED_WAITING);
            return this;
        }

        int message() throws Exception {
            return got.get(2, TimeUnit.MINUTES);
        }
    }

    @Test
    void whoWaitsBehindTheOneThatSleepsOnTheSocketTakesHisPlace() throws Exception {
        MemoryNetwork network = new MemoryNetwork();
        network.allow(1); // so all queue pairs of an address share one socket
        try (TwoNodes nodes = new TwoNodes(
                SERVER,
                new Node(new SoftRoceProvider(network.host(SERVER))),
                new Node(new SoftRoceProvider(network.host(CLIENT))))) {
            nodes.connect();
            Node.End active = nodes.more.get(0);
            Node.End passive = nodes.more.get(1);
            for (int i = 0; i < 50; i++) {
                Waiter first = new Waiter(nodes.passive).asleep();
                Waiter second = new Waiter(passive).asleep();
                nodes.active.send(i);
                assertThat(first.message()).isEqualTo(i);
                active.send(-i);
                assertThat(second.message()).isEqualTo(-i);
                assertThat(nodes.active.next().getStatus()).isZero();
                assertThat(active.next().getStatus()).isZero();
            }
        }
    }
}
