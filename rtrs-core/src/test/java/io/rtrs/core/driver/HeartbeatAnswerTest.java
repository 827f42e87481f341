package io.rtrs.core.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ibm.disni.verbs.IbvWC;
import io.rtrs.core.connection.CompletionHandler;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.HeartbeatAnswer;
import io.rtrs.core.connection.WorkId;
import io.rtrs.core.imm.Immediates;
import io.rtrs.verbs.Imm;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An acknowledgement that finds no room goes out with the first completion that makes some; nothing else brings it on.
 */
class HeartbeatAnswerTest {

    private final AtomicInteger answers = new AtomicInteger();

    /** Passes on, counts the answers that arrive, and tells the answer of room. */
    private final class Watching implements CompletionHandler {
        private final CompletionHandler to;
        private final HeartbeatAnswer answer;

        Watching(Pair.End end) {
            this.to = end;
            this.answer = new HeartbeatAnswer(end.connection());
        }

        @Override
        public void onCompletion(Connection connection, IbvWC completion) {
            to.onCompletion(connection, completion);
            int kind = WorkId.kind(completion.getWr_id());
            if (completion.getStatus() != Connection.SUCCESS) {
                return;
            }
            if (kind == WorkId.HEARTBEAT) {
                assertThat(answer.onRoom()).isZero();
            } else if (kind == WorkId.RECEIVE && Imm.fromRaw(completion.getImm_data()) == Immediates.HB_ACK) {
                answers.incrementAndGet();
            }
        }

        @Override
        public void onFailure(Connection connection, String reason, int errno) {
            to.onFailure(connection, reason, errno);
        }

        @Override
        public void onDrained(Connection connection) {
            to.onDrained(connection);
        }

        @Override
        public void onEnded(Connection connection) {
            to.onEnded(connection);
        }
    }

    @Test
    void itFollowsWithTheFirstRoom() throws Exception {
        CompletionLoop activeLoop = CompletionLoop.invoked(Pair.NAME);
        CompletionLoop passiveLoop = CompletionLoop.invoked(Pair.NAME);
        try (Pair pair = new Pair(90, activeLoop, passiveLoop)) {
            Connection connection = pair.active.connection();
            Watching active = new Watching(pair.active);
            HeartbeatAnswer answer = active.answer;
            pair.active.start(active);
            pair.passive.start(new Watching(pair.passive));
            int posted = 0;
            while (connection.postImmediate(7) == 0) {
                posted++;
            }
            assertThat(answer.post()).isZero();
            assertThat(answer.post()).isZero(); // two that wait are one
            int expected = posted + 1;
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                passiveLoop.poll();
                activeLoop.poll();
                return pair.passive.received.get() == expected;
            });
            assertThat(answers).hasValue(1);
            assertThat(answer.onRoom()).isZero();
            assertThat(answer.post()).isZero(); // there is room
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                passiveLoop.poll();
                return answers.get() == 2;
            });
            connection.beginDrain();
            pair.passive.connection().beginDrain();
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                passiveLoop.poll();
                activeLoop.poll();
                return pair.active.drained.getCount() == 0 && pair.passive.drained.getCount() == 0;
            });
        }
    }
}
