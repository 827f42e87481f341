package io.rtrs.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.bench.peers.work.Shape;
import org.junit.jupiter.api.Test;

/** What is measured comes out of the client's process and into the table as it was. */
class ResultTableTest {
    @Test
    void aResultIsReadAsItWasWritten() {
        Measured result = new Measured(new Shape(false, 4096, 32), 123_456, 5, 17.5, 99.125, 0.25, 300, 2);
        assertThat(Measured.isLine(result.line())).isTrue();
        assertThat(Measured.parse(result.line())).isEqualTo(result);
    }

    @Test
    void aRowHoldsItsTransportsFiguresAndADashForWhatWasNotRun() {
        ResultTable table = new ResultTable();
        table.add("carrier", new Measured(new Shape(true, 4096, 1), 500_000, 5, 9.5, 20, 0.2, 0.4, 0));
        table.add("carrier", new Measured(new Shape(true, Shape.BLOCK_MAX, 32), 100_000, 5, 900, 1000, 90.6, 0, 0));
        table.addStream("bytes only", 2.25e9, 1.5e9);
        assertThat(table.text().lines())
                .contains("| carrier | 9.5 | 20.0 | 100,000 | – | – | 2.62 | 900.0 | 0 / 91 | 0 / 0 |")
                .contains("| bytes only | – | – | – | – | – | 2.25 | – | – | – |")
                .contains("| bytes only | – | – | – | – | – | 1.50 | – | – | – |");
    }
}
