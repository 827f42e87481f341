package io.rtrs.soft.roce.driver;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvWC;
import io.rtrs.verbs.Imm;
import io.rtrs.verbs.WrOpcode;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** Two ends send numbers to and fro, each with a thread of its own that waits for events. */
final class Game {
    private Game() {}

    /** Sends numbers one by one, and waits for each to come back; then {@code afterEach}. */
    static CompletableFuture<Void> begin(Node.End end, int messages, Runnable afterEach) throws IOException {
        end.receive();
        return start(() -> {
            for (int i = 0; i < messages; i++) {
                end.send(i);
                assertThat(next(end, true)).isEqualTo(i);
                end.receive();
                afterEach.run();
            }
        });
    }

    /** Sends back what comes. */
    static CompletableFuture<Void> answer(Node.End end, int messages) throws IOException {
        end.receive();
        return start(() -> {
            for (int i = 0; i < messages; i++) {
                int received = next(end, i > 0);
                assertThat(received).isEqualTo(i);
                end.receive();
                end.send(received);
            }
            assertThat(end.next().getStatus()).isZero();
        });
    }

    /**
     * The number that comes, when also the end's own send has completed, if it has one: in either order, because an ACK may
     * follow the peer's next message.
     */
    private static int next(Node.End end, boolean hasSent) throws IOException {
        int received = -1;
        boolean sent = !hasSent;
        while (received < 0 || !sent) {
            IbvWC wc = end.next();
            assertThat(wc.getStatus()).isZero();
            if (wc.getOpcode() == WrOpcode.WC_RECV) {
                received = Imm.fromRaw(wc.getImm_data());
            } else {
                sent = true;
            }
        }
        return received;
    }

    @FunctionalInterface
    private interface Player {
        void play() throws IOException;
    }

    private static CompletableFuture<Void> start(Player player) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                player.play();
                result.complete(null);
            } catch (IOException | RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }
}
