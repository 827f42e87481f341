package io.rtrs.server.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.Set;

/** A handle is good for one answer to one request. */
class OperationStateTest {
    private final OperationState state = new OperationState();

    private static long next(OperationState of) {
        assertThat(of.claim()).isTrue();
        return of.handOver();
    }

    /** The loop may be between its last look at the path and the handler, for as long as it likes. */
    @Test
    void whatIsWithdrawnNeverComesToTheHandler() {
        assertThat(state.claim()).isTrue();
        assertThat(state.withdraw()).isTrue();
        assertThat(state.handOver()).isEqualTo(OperationState.WITHDRAWN);
        assertThat(state.isIdle()).isTrue();
        assertThat(state.withdraw()).isFalse();
    }

    @Test
    void whatIsWithTheHandlerIsNotWithdrawn() {
        assertThat(state.claim()).isTrue();
        long handle = state.handOver();
        assertThat(handle).isNotEqualTo(OperationState.WITHDRAWN);
        assertThat(state.withdraw()).isFalse();
        assertThat(state.isWithHandler(handle)).isTrue();
        assertThat(state.take(handle)).isTrue();
        assertThat(state.withdraw()).isFalse();
    }

    @Test
    void aSecondAnswerNeverHasTheNextRequestOfTheChunk() {
        Set<Long> handles = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            long handle = next(state);
            handles.forEach(old -> assertThat(state.take(old)).isFalse());
            assertThat(handles.add(handle)).isTrue();
            assertThat(state.take(handle)).isTrue();
            assertThat(state.take(handle)).isFalse();
            state.release();
            assertThat(state.take(handle)).isFalse();
        }
    }

    @Test
    void theHandleOfAnotherChunksRequestAnswersNothing() {
        OperationState one = new OperationState();
        OperationState other = new OperationState();
        for (int i = 0; i < 1000; i++) {
            long ofOne = next(one);
            long ofOther = next(other); // both have had as many requests
            assertThat(one.take(ofOther)).isFalse();
            assertThat(other.take(ofOne)).isFalse();
            assertThat(one.take(ofOne) && other.take(ofOther)).isTrue();
            one.release();
            other.release();
        }
    }
}
