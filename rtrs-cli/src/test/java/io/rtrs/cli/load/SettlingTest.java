package io.rtrs.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SettlingTest {
    private static int roundsUntilSettled(double... rates) {
        Settling settling = new Settling();
        for (int i = 0; i < rates.length; i++) {
            settling.add(rates[i]);
            if (settling.isOver()) {
                return i + 1;
            }
        }
        return Integer.MAX_VALUE;
    }

    @Test
    void aRateThatRisesHasNotSettled() {
        assertThat(roundsUntilSettled(100, 200, 300, 400, 500, 600)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void aRateThatStaysHasSettledAfterThreeRounds() {
        assertThat(roundsUntilSettled(100, 200, 300, 301, 299, 305)).isEqualTo(6);
    }

    @Test
    void aRateThatFallsBackAndRisesAgainToWhatItWasHasSettled() {
        assertThat(roundsUntilSettled(100, 300, 150, 200, 310)).isEqualTo(5);
    }

    @Test
    void aMachineThatStandsStillForAMomentIsNotTakenForSettled() {
        assertThat(roundsUntilSettled(100, 50, 60, 200, 300)).isEqualTo(Integer.MAX_VALUE);
    }
}
