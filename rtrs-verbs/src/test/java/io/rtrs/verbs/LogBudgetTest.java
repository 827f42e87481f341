package io.rtrs.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogBudgetTest {
    private static final long SECOND = 1_000_000_000;

    private final LogBudget budget = new LogBudget();

    private int taken(int wanted, long nowNs) {
        int taken = 0;
        for (int i = 0; i < wanted; i++) {
            taken += budget.take(nowNs) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void aFloodGetsItsLinesOnceASecondAndTheRestIsCounted() {
        long startNs = Long.MAX_VALUE - SECOND / 2; // the clock wraps on its way
        assertThat(taken(1000, startNs)).isEqualTo(LogBudget.LINES);
        assertThat(taken(1000, startNs + SECOND - 1)).isZero();
        assertThat(taken(1000, startNs + SECOND)).isEqualTo(LogBudget.LINES);
        assertThat(budget.leftOut()).isEqualTo(3000 - 2 * LogBudget.LINES);
        assertThat(budget.leftOut()).isZero();
    }

    @Test
    void whoComesNowAndThenIsAlwaysLogged() {
        for (int second = 0; second < 100; second++) {
            assertThat(taken(LogBudget.LINES, second * SECOND)).isEqualTo(LogBudget.LINES);
        }
        assertThat(budget.leftOut()).isZero();
    }
}
