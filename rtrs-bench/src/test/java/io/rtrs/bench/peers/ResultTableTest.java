package io.rtrs.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.bench.peers.work.Shape;
import org.junit.jupiter.api.Test;

import java.util.List;

/** What is measured comes out of the client's process and into the table as it was. */
class ResultTableTest {
    private static final Shape ONE = new Shape(true, 4096, 1);
    private static final Shape LARGE = new Shape(true, Shape.BLOCK_MAX, 32);

    @Test
    void aResultIsReadAsItWasWritten() {
        Measured result = new Measured(new Shape(false, 4096, 32), 123_456, 5, 17.5, 99.125, 0.25, 300, 4.5, 5, 2);
        assertThat(Measured.isLine(result.line())).isTrue();
        assertThat(Measured.parse(result.line())).isEqualTo(result);
    }

    private static Measured of(Shape shape, double p50Us, long requests) {
        return new Measured(shape, requests, 5, p50Us, 2 * p50Us, 0.2, 0.4, 1, 1, 0);
    }

    @Test
    void aRowHoldsItsTransportsFiguresAndADashForWhatWasNotRun() {
        Results results = new Results();
        results.add("carrier", 1, new Measured(ONE, 500_000, 5, 9.5, 20, 0.2, 0.4, 1, 1, 0));
        results.add("carrier", 1, new Measured(LARGE, 100_000, 5, 900, 1000, 90.6, 0, 4, 5, 0));
        results.add("bytes only", 1, Measured.rate(LARGE, 100_000, 5));
        assertThat(new ResultTable(results).text().lines())
                .contains("| carrier | 9.5 | 20.0 | 100,000 | – | – | 2.62 | 0.69 | 900.0 | 0 / 91 | 0 / 0 |")
                .contains("| bytes only | – | – | – | – | – | 2.62 | – | – | – | – |")
                .contains("| bytes only | – | – | – | – | – | – | – | – | – | – |");
    }

    @Test
    void theTableHoldsMediansOfTheRoundsAndTheWorst() {
        Results results = new Results();
        results.add("carrier", 1, of(ONE, 30, 500_000));
        results.add("carrier", 2, of(ONE, 10, 2_500_000));
        results.add("carrier", 3, of(ONE, 12, 1_500_000));
        assertThat(new ResultTable(results).text().lines())
                .contains("| carrier | 12.0 (30.0) | 24.0 (60.0) | 300,000 (100,000) | – | – | – | – | – | 0 | 0 |");
        results.add("carrier", 4, of(ONE, 13, 1_600_000));
        assertThat(new ResultTable(results).text())
                .contains("| carrier | 12.5 (30.0) | 25.0 (60.0) | 310,000 (100,000) |");
    }

    @Test
    void ratiosArePairsOfOneRound() {
        Results results = new Results();
        // The second round is twice as slow for both: the ratios do not move.
        results.add("ours", 1, of(ONE, 10, 1000));
        results.add("theirs", 1, of(ONE, 15, 1000));
        results.add("ours", 2, of(ONE, 20, 500));
        results.add("theirs", 2, of(ONE, 30, 500));
        results.add("ours", 1, of(LARGE, 10, 1000));
        results.add("theirs", 1, of(LARGE, 15, 2000));
        results.add("ours", 2, of(LARGE, 10, 1000));
        results.add("ours", 3, of(LARGE, 10, 3000));
        results.add("theirs", 3, of(LARGE, 15, 2000));
        results.add("bytes only", 1, Measured.rate(LARGE, 4000, 5));
        results.add("bytes only", 1, Measured.rate(ONE, 4000, 5));
        assertThat(new RatioTable(results, List.of(ONE, LARGE)).text("ours").lines())
                .contains("| as fast as | write 4 KiB, depth 1 | write 128 KiB, depth 32 |")
                .contains("| theirs | 1.50 (1.50 to 1.50) | 1.00 (0.50 to 1.50) |")
                .contains("| bytes only | – | 0.25 (0.25 to 0.25) |")
                .noneMatch(line -> line.startsWith("| ours"));
    }
}
