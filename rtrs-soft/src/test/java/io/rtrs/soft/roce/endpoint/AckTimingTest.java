package io.rtrs.soft.roce.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Acknowledgements wait for company, never for long; the clock wraps on the way. */
class AckTimingTest {
    private static final long START =
            Long.valueOf(Long.MAX_VALUE - 5_000); // no constant of the compiler, which minds that it overflows

    private final AckTiming timing = new AckTiming();

    @Test
    void whoOnlyLooksAtTheLinkAcknowledgesAtOnce() {
        timing.onReceived(false, false, START);
        assertThat(timing.acksWait()).isFalse();
        timing.onReceived(true, false, START);
        assertThat(timing.acksWait()).isFalse();
    }

    @Test
    void theyWaitWhileCompletionsAreHandledAndALittleLongerForWhoPollsInVain() {
        timing.onReceived(true, true, START);
        assertThat(timing.acksWait()).isTrue();
        assertThat(timing.latestNs()).isEqualTo(START + AckTiming.LATEST_NS);

        long back = START + 50_000;
        timing.onReceived(true, false, back);
        assertThat(timing.acksWait()).isTrue();
        timing.onReceived(true, false, back + AckTiming.COMPANY_NS - 1);
        assertThat(timing.acksWait()).isTrue();
        timing.onReceived(true, false, back + AckTiming.COMPANY_NS);
        assertThat(timing.acksWait()).isFalse();
        timing.onReceived(true, false, back + AckTiming.COMPANY_NS + 1);
        assertThat(timing.acksWait()).as("nothing waits any more").isFalse();
    }

    @Test
    void somebodyElseWhoLooksLetsThemGo() {
        timing.onReceived(true, true, START);
        timing.onReceived(false, false, START + 1);
        assertThat(timing.acksWait()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 10_000, 999_999})
    void however_busy_who_polls_is_they_leave_in_time(long gapNs) {
        timing.onReceived(true, true, START);
        timing.onReceived(true, true, START + gapNs);
        assertThat(timing.acksWait()).isTrue();
        assertThat(timing.latestNs()).as("counted from the first").isEqualTo(START + AckTiming.LATEST_NS);
        timing.onReceived(true, true, START + AckTiming.LATEST_NS);
        assertThat(timing.acksWait()).isFalse();
        timing.onReceived(true, true, START + AckTiming.LATEST_NS + 1);
        assertThat(timing.acksWait()).as("new ones wait anew").isTrue();
    }

    @Test
    void allElseIsPostponedOnceAndNotTwice() {
        assertThat(timing.postpones(true)).isTrue();
        assertThat(timing.postpones(true)).isFalse();
        assertThat(timing.postpones(true)).isTrue();
        assertThat(timing.postpones(false)).isFalse();
        assertThat(timing.postpones(true)).isTrue();
    }
}
