package io.rtrs.bench.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.bench.rounds.Outcome;
import io.rtrs.bench.rounds.Outcomes;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;

/** What the processes tell each other is read as it was written, and stands in the tables as it was measured. */
class MatrixTablesTest {
    @Test
    void aJobIsReadAsItWasWritten() {
        Job job = new Job("spin-then-events", 8, Setting.ASYNC, new BlockKind(false, 4096), 32, 0.25, 1.5);
        assertThat(Job.parse(job.line())).isEqualTo(job);
    }

    @Test
    void anOutcomeIsReadAsItWasWritten() throws Exception {
        Outcome outcome = new Outcome(183_214.5, 35.125, 291.25, 2);
        assertThat(Outcome.parse(outcome.line())).isEqualTo(outcome);
    }

    @Test
    void whatAClientSaysInPlaceOfAnOutcomeIsTheFailure() {
        for (String line : new String[] {"", "Exception in thread", "outcome 1 2 3", "outcome 1 two 3 4"}) {
            assertThatThrownBy(() -> Outcome.parse(line))
                    .isInstanceOf(IOException.class)
                    .hasMessage("no result: " + line);
        }
    }

    @Test
    void aCellHoldsMedianAndWorstAndMoreConnectionsAreComparedWithOneOfTheSameRound() {
        Outcomes<Setting> outcomes = new Outcomes<>();
        // The second round is slow for both: the ratio does not move.
        double[] speeds = {1000, 100, 800};
        for (int round = 0; round < speeds.length; round++) {
            outcomes.add(new Setting("spin", 1, 8), round, new Outcome(speeds[round], 10, 20 + round, 0));
            outcomes.add(new Setting("spin", 4, 8), round, new Outcome(speeds[round] / 2, 10, 90 - round, 0));
        }
        MatrixTables tables = new MatrixTables(outcomes, List.of("spin"), List.of(1, 4), List.of(Setting.ASYNC, 8), 32);
        assertThat(tables.text().lines())
                .startsWith(
                        "| wait: spin | 1 connection: IO/s | p99 µs | 4 connections: IO/s | p99 µs | × 1 connection |",
                        "|---|--:|--:|--:|--:|--:|",
                        "| async, depth 32 | – | – | – | – | – |",
                        "| 8 threads | 800 (100) | 21 (22) | 400 (50) | 89 (90) | 0.50 (0.50 to 0.50) |");
    }

    @Test
    void whatNobodyChoseStandsBesideOneSpinningConnection() {
        Outcomes<Setting> outcomes = new Outcomes<>();
        outcomes.add(new Setting("spin", 1, Setting.ASYNC), 1, new Outcome(200_000, 1, 1, 0));
        outcomes.add(
                new Setting(Setting.DEFAULT, Setting.DEFAULT_CONNECTIONS, Setting.ASYNC),
                1,
                new Outcome(150_000, 1, 1, 0));
        MatrixTables tables =
                new MatrixTables(outcomes, List.of("spin", "default"), List.of(0, 1), List.of(Setting.ASYNC), 32);
        assertThat(tables.text())
                .contains(
                        "Defaults against one spinning connection, async, depth 32: 0.75 (0.75 to 0.75) times as fast.");
    }
}
