package io.rtrs.server.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OperationStateTest {
    private final OperationState state = new OperationState();

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
}
