package io.rtrs.verbs.softroce.rc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.concurrent.TimeUnit;

class RoundTripTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LIMIT = 500 * MS;

    private final RoundTrip roundTrip = new RoundTrip(LIMIT);
    private long psn;
    private long nowNs = Long.MAX_VALUE - 50 * MS; // the clock wraps

    private void measure(long ns) {
        roundTrip.sent(psn, nowNs);
        nowNs += ns;
        assertThat(roundTrip.acknowledged(++psn, nowNs)).isTrue();
    }

    @Test
    void beforeAnyWasMeasuredTheWaitIsTheLimit() {
        assertThat(roundTrip.waitNs(0)).isEqualTo(LIMIT);
        assertThat(new RoundTrip(Long.MAX_VALUE).waitNs(0)).isEqualTo(RoundTrip.LONGEST_WAIT_NS);
    }

    @Test
    void theFirstIsTakenAsItIsAndWeighsLessThenLess() { // RFC 6298, 2.2 and 2.3
        measure(40 * MS);
        assertThat(roundTrip.smoothedNs()).isEqualTo(40 * MS);
        assertThat(roundTrip.waitNs(0)).isEqualTo(120 * MS);
        measure(80 * MS);
        assertThat(roundTrip.smoothedNs()).isEqualTo(45 * MS);
        assertThat(roundTrip.variationNs()).isEqualTo(25 * MS);
        assertThat(roundTrip.waitNs(0)).isEqualTo(145 * MS);
    }

    @Test
    void theWaitIsBoundedAndDoubles() {
        for (int i = 0; i < 100; i++) {
            measure(20_000);
        }
        assertThat(roundTrip.waitNs(0)).isEqualTo(RoundTrip.LEAST_WAIT_NS);
        assertThat(roundTrip.waitNs(3)).isEqualTo(8 * RoundTrip.LEAST_WAIT_NS);
        assertThat(roundTrip.waitNs(Integer.MAX_VALUE)).isEqualTo(LIMIT);
        assertThat(new RoundTrip(MS).waitNs(5)).as("a limit below the least").isEqualTo(MS);
    }

    @Test
    void whatWasSentTwiceIsNotMeasured() { // Karn's rule
        roundTrip.sent(psn, nowNs);
        roundTrip.repeated();
        assertThat(roundTrip.acknowledged(psn + 1, nowNs + MS)).isFalse();
        assertThat(roundTrip.smoothedNs()).isZero();
    }

    @Test
    void oneAtATimeIsMeasured() {
        roundTrip.sent(5, nowNs);
        roundTrip.sent(6, nowNs + 3 * MS);
        assertThat(roundTrip.acknowledged(5, nowNs + 4 * MS))
                .as("not acknowledged yet")
                .isFalse();
        assertThat(roundTrip.acknowledged(7, nowNs + 5 * MS)).isTrue();
        assertThat(roundTrip.smoothedNs()).isEqualTo(5 * MS);
    }
}
