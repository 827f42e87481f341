package io.rtrs.soft.roce.rc;

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
        assertThat(roundTrip.acknowledged(++psn, false, nowNs)).isTrue();
    }

    @Test
    void beforeAnyWasMeasuredTheWaitIsTheLimit() {
        assertThat(roundTrip.waitNs()).isEqualTo(LIMIT);
        assertThat(new RoundTrip(Long.MAX_VALUE).waitNs()).isEqualTo(RoundTrip.LONGEST_WAIT_NS);
    }

    @Test
    void theFirstIsTakenAsItIsAndWeighsLessThenLess() { // RFC 6298, 2.2 and 2.3
        measure(40 * MS);
        assertThat(roundTrip.smoothedNs()).isEqualTo(40 * MS);
        assertThat(roundTrip.waitNs()).isEqualTo(120 * MS);
        measure(80 * MS);
        assertThat(roundTrip.smoothedNs()).isEqualTo(45 * MS);
        assertThat(roundTrip.variationNs()).isEqualTo(25 * MS);
        assertThat(roundTrip.waitNs()).isEqualTo(145 * MS);
    }

    @Test
    void theWaitIsBoundedAndDoubles() {
        for (int i = 0; i < 100; i++) {
            measure(20_000);
        }
        assertThat(roundTrip.waitNs()).isEqualTo(RoundTrip.LEAST_WAIT_NS);
        waitInVain(3);
        assertThat(roundTrip.waitNs()).isEqualTo(8 * RoundTrip.LEAST_WAIT_NS);
        waitInVain(1000);
        assertThat(roundTrip.waitNs()).isEqualTo(LIMIT);
        RoundTrip impatient = new RoundTrip(MS);
        impatient.waitedInVain();
        assertThat(impatient.waitNs()).as("a limit below the least").isEqualTo(MS);
    }

    private void waitInVain(int times) {
        for (int i = 0; i < times; i++) {
            roundTrip.waitedInVain();
        }
    }

    @Test
    void afterALossTheWaitIsShortAsSoonAsAnythingIsAcknowledged() {
        measure(MS);
        waitInVain(2);
        roundTrip.repeated();
        assertThat(roundTrip.acknowledged(++psn, false, nowNs)).isFalse();
        assertThat(roundTrip.waitNs()).isEqualTo(RoundTrip.LEAST_WAIT_NS);
    }

    @Test
    void whereAnswersAreLateTheWaitStaysLongUntilAPacketIsTimed() { // RFC 6298, 5.7
        measure(MS);
        waitInVain(2);
        roundTrip.repeated();
        assertThat(roundTrip.acknowledged(++psn, true, nowNs)).isFalse();
        roundTrip.acknowledged(++psn, false, nowNs);
        assertThat(roundTrip.waitNs()).isEqualTo(4 * RoundTrip.LEAST_WAIT_NS);
        measure(MS);
        assertThat(roundTrip.waitNs()).isEqualTo(RoundTrip.LEAST_WAIT_NS);
    }

    @Test
    void aPeerThatAnswersLaterThanTheLimitIsMeasuredAtLast() {
        waitInVain(2);
        assertThat(roundTrip.waitNs()).as("it is silent").isEqualTo(LIMIT);
        roundTrip.acknowledged(++psn, false, nowNs);
        roundTrip.acknowledged(++psn, false, nowNs);
        assertThat(roundTrip.waitNs()).as("it answers").isEqualTo(2 * LIMIT);
        measure(3 * LIMIT);
        assertThat(roundTrip.waitNs()).isEqualTo(9 * LIMIT);
        for (int i = 0; i < 100; i++) {
            measure(3 * LIMIT);
        }
        assertThat(roundTrip.waitNs()).isBetween(3 * LIMIT, 3 * LIMIT + MS);
        for (int i = 0; i < 100; i++) {
            measure(MS);
        }
        waitInVain(1000);
        assertThat(roundTrip.waitNs()).as("the limit counts again").isEqualTo(LIMIT);
    }

    @Test
    void noWaitIsEndless() {
        for (int i = 0; i < 100; i++) {
            waitInVain(1);
            roundTrip.acknowledged(++psn, false, nowNs);
        }
        assertThat(roundTrip.waitNs()).as("perhaps it is only loss").isEqualTo(4 * LIMIT);
        for (int i = 0; i < 100; i++) {
            waitInVain(1);
            roundTrip.acknowledged(++psn, true, nowNs);
        }
        assertThat(roundTrip.waitNs()).isEqualTo(RoundTrip.LONGEST_WAY_NS);
        measure(100 * RoundTrip.LONGEST_WAY_NS);
        assertThat(roundTrip.waitNs()).isEqualTo(RoundTrip.LONGEST_WAY_NS);
    }

    @Test
    void whatWasSentTwiceIsNotMeasured() { // Karn's rule
        roundTrip.sent(psn, nowNs);
        roundTrip.repeated();
        assertThat(roundTrip.acknowledged(psn + 1, false, nowNs + MS)).isFalse();
        assertThat(roundTrip.smoothedNs()).isZero();
    }

    @Test
    void oneAtATimeIsMeasured() {
        roundTrip.sent(5, nowNs);
        roundTrip.sent(6, nowNs + 3 * MS);
        assertThat(roundTrip.acknowledged(5, false, nowNs + 4 * MS))
                .as("not acknowledged yet")
                .isFalse();
        assertThat(roundTrip.acknowledged(7, false, nowNs + 5 * MS)).isTrue();
        assertThat(roundTrip.smoothedNs()).isEqualTo(5 * MS);
    }
}
