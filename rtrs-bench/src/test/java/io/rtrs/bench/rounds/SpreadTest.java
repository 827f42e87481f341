package io.rtrs.bench.rounds;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.stream.DoubleStream;

/** Of several rounds a table shows the middle one and the worst one. */
class SpreadTest {
    @Test
    void theWorstRateIsTheLowestAndTheWorstTimeTheHighest() {
        assertThat(Spread.of(DoubleStream.of(30, 10, 20), Better.MORE)).isEqualTo(new Spread(20, 10, 3));
        assertThat(Spread.of(DoubleStream.of(30, 10, 20), Better.LESS)).isEqualTo(new Spread(20, 30, 3));
    }

    @Test
    void anEvenNumberOfRoundsHasTheMeanOfTheTwoInTheMiddle() {
        assertThat(Spread.median(DoubleStream.of(4, 1, 2, 100))).isEqualTo(3);
    }

    @Test
    void whatWasNotMeasuredIsADash() {
        assertThat(Spread.of(DoubleStream.of(Double.NaN), Better.MORE).text("%.1f"))
                .isEqualTo("–");
        assertThat(Spread.of(DoubleStream.of(5, Double.NaN), Better.MORE).text("%.1f"))
                .isEqualTo("5.0");
        assertThat(Spread.ratios()).isEqualTo("–");
    }

    @Test
    void severalRoundsShowTheWorstBesideTheMedian() {
        assertThat(Spread.of(DoubleStream.of(1500, 1000, 2000), Better.MORE).text("%,.0f"))
                .isEqualTo("1,500 (1,000)");
        assertThat(Spread.ratios(0.5, 2, 1)).isEqualTo("1.00 (0.50 to 2.00)");
    }
}
