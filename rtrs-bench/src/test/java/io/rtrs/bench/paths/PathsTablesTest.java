package io.rtrs.bench.paths;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.bench.load.LoadOptions.Pattern;
import io.rtrs.bench.rounds.Outcome;
import io.rtrs.bench.rounds.Outcomes;
import io.rtrs.client.MultipathPolicy;
import org.junit.jupiter.api.Test;

import java.util.List;

/** What was measured stands in the table of its part, and is compared within a round. */
class PathsTablesTest {
    private static final int DEPTH = 32;

    private final Outcomes<Setting> outcomes = new Outcomes<>();
    private final PathsTables tables = new PathsTables(outcomes, DEPTH, "1gbit");

    /** The second round is slow for all: ratios do not move. */
    private void measured(Setting setting, int perSecond, int p99Us) {
        outcomes.add(setting, 1, new Outcome(perSecond, 10, p99Us, 0));
        outcomes.add(setting, 2, new Outcome(perSecond / 10.0, 10, p99Us + 1, 0));
        outcomes.add(setting, 3, new Outcome(perSecond, 10, p99Us + 2, 0));
    }

    @Test
    void twoPathsStandBesideOne() {
        measured(Setting.paths(Route.FIRST, Pattern.READ, Setting.LARGE, DEPTH), 1000, 20);
        measured(Setting.paths(Route.BOTH, Pattern.READ, Setting.LARGE, DEPTH), 1500, 30);
        assertThat(tables.text(List.of(Part.PATHS)).lines())
                .containsExactly(
                        "| depth 32 | 1 path: IO/s | p50 µs | p99 µs | 2 paths: IO/s | p50 µs | p99 µs | × 1 path |",
                        "|---|--:|--:|--:|--:|--:|--:|--:|",
                        "| 4 KiB writes | – | – | – | – | – | – | – |",
                        "| 4 KiB reads | – | – | – | – | – | – | – |",
                        "| 128 KiB writes | – | – | – | – | – | – | – |",
                        "| 128 KiB reads | 1,000 (100) | 10 (10) | 21 (22) | 1,500 (150) | 10 (10) | 31 (32)"
                                + " | 1.50 (1.50 to 1.50) |");
    }

    @Test
    void policiesAreComparedWithRoundRobin() {
        measured(Setting.policy(Route.BOTH, MultipathPolicy.ROUND_ROBIN, DEPTH), 1000, 20);
        measured(Setting.policy(Route.BOTH, MultipathPolicy.MIN_LATENCY, DEPTH), 4000, 20);
        assertThat(tables.text(List.of(Part.POLICIES)).lines())
                .containsExactly(
                        "| 4 KiB writes, depth 32, the first of 2 paths at 1gbit | IO/s | p50 µs | p99 µs | × round-robin |",
                        "|---|--:|--:|--:|--:|",
                        "| the slow path alone | – | – | – | – |",
                        "| the fast path alone | – | – | – | – |",
                        "| round-robin | 1,000 (100) | 10 (10) | 21 (22) | 1 |",
                        "| min-inflight | – | – | – | – |",
                        "| min-latency | 4,000 (400) | 10 (10) | 21 (22) | 4.00 (4.00 to 4.00) |");
    }

    @Test
    void numbersOfThreadsAreComparedWithEight() {
        measured(Setting.threads(8), 1000, 20);
        measured(Setting.threads(64), 900, 20);
        assertThat(tables.text(List.of(Part.SUBMITTERS)).lines())
                .hasSize(9)
                .startsWith("| 4 KiB writes, 2 paths | IO/s | p50 µs | p99 µs | × 8 threads |")
                .contains("| 1 thread | – | – | – | – |", "| 8 threads | 1,000 (100) | 10 (10) | 21 (22) | 1 |")
                .last()
                .isEqualTo("| 64 threads | 900 (90) | 10 (10) | 21 (22) | 0.90 (0.90 to 0.90) |");
    }
}
