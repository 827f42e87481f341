package io.rtrs.bench.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.bench.rounds.Outcome;
import org.junit.jupiter.api.Test;

/** Two clients' shares stand side by side, the smaller one first, whichever client has it. */
class SharingTest {
    @Test
    void aRowHoldsBothSharesAndTheirRatio() {
        Sharing sharing = new Sharing();
        assertThat(sharing.text()).isEmpty();
        sharing.add("spinning", outcome(0.5e9), outcome(1e9));
        sharing.add("spinning", outcome(1e9), outcome(0.8e9));
        sharing.add("spinning", outcome(0.6e9), outcome(0.6e9));
        assertThat(sharing.text().lines())
                .last()
                .isEqualTo("| RTRS over softroce, spinning | 0.60 (0.50) | 1.00 (0.60) | 0.80 (0.50) |");
    }

    private static Outcome outcome(double bytesPerSecond) {
        return new Outcome(bytesPerSecond / 131_072, 1, 1, 0);
    }
}
