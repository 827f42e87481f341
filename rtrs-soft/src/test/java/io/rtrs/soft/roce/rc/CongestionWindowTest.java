package io.rtrs.soft.roce.rc;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.rc.QpAttributes.Limits;
import org.junit.jupiter.api.Test;

/** RFC 5681, in packets. */
class CongestionWindowTest {
    private static final int MOST = 256;
    private static final long RTT_NS = 5_000_000;

    private final CongestionWindow window = new CongestionWindow(Limits.INITIAL_WINDOW, MOST);

    private void aRoundTrip() {
        int packets = window.packets();
        for (int i = 0; i < packets; i++) {
            window.arrived(1, packets);
        }
    }

    @Test
    void itDoublesAtFirstAndGrowsByOneAfterALoss() {
        aRoundTrip();
        assertThat(window.packets()).isEqualTo(2 * Limits.INITIAL_WINDOW);
        aRoundTrip();
        aRoundTrip();
        aRoundTrip();
        assertThat(window.packets()).isEqualTo(MOST);
        assertThat(window.lost(1000, 1256)).isTrue();
        assertThat(window.packets()).isEqualTo(MOST / 2);
        aRoundTrip();
        assertThat(window.packets()).isEqualTo(MOST / 2 + 1);
    }

    @Test
    void allLossesOfAWindowAreOne() {
        window.lost(100, 130);
        assertThat(window.lost(110, 130)).isFalse();
        assertThat(window.lost(129, 140)).isFalse();
        assertThat(window.packets()).isEqualTo(Limits.INITIAL_WINDOW / 2);
        assertThat(window.lost(130, 140)).isTrue();
        assertThat(window.packets()).isEqualTo(Limits.INITIAL_WINDOW / 4);
    }

    @Test
    void noLossMakesItSmallerThanAFew() {
        for (int i = 0; i < 100; i++) {
            boolean smaller = window.packets() > CongestionWindow.LEAST;
            assertThat(window.lost(i, i)).as("%d packets", window.packets()).isEqualTo(smaller);
        }
        assertThat(window.packets()).isEqualTo(CongestionWindow.LEAST);
        assertThat(new CongestionWindow(1, 1).packets()).isEqualTo(1);
    }

    @Test
    void aWindowThatIsNotUsedDoesNotGrow() {
        for (int i = 0; i < 1000; i++) {
            window.arrived(1, Limits.INITIAL_WINDOW / 2 - 1);
        }
        assertThat(window.packets()).isEqualTo(Limits.INITIAL_WINDOW);
    }

    @Test
    void afterASilenceItStartsSlowlyUpToHalfOfWhatItWas() {
        window.silence(200);
        window.silence(200);
        assertThat(window.packets()).isEqualTo(CongestionWindow.AFTER_SILENCE);
        aRoundTrip();
        aRoundTrip();
        assertThat(window.packets()).isEqualTo(Limits.INITIAL_WINDOW / 2);
        aRoundTrip();
        assertThat(window.packets()).isEqualTo(Limits.INITIAL_WINDOW / 2 + 1);
    }

    @Test
    void whatWasOnlyLateCostsNothing() {
        window.silence(200);
        window.silence(200);
        assertThat(window.wasLate()).isTrue();
        assertThat(window.packets()).isEqualTo(Limits.INITIAL_WINDOW);
        assertThat(window.wasLate()).isFalse();
        window.lost(300, 310);
        window.recovered();
        assertThat(window.wasLate()).as("it was lost").isFalse();
        assertThat(window.packets()).isEqualTo(Limits.INITIAL_WINDOW / 2);
    }

    @Test
    void aFloodOfNotificationsCountsOnceARoundTripAndNeverEndsTheFlow() {
        aRoundTrip();
        long nowNs = Long.MAX_VALUE - RTT_NS; // the clock wraps
        int obeyed = 0;
        for (int i = 0; i < 1000; i++) {
            obeyed += window.notified(RTT_NS, nowNs + i * RTT_NS / 100) ? 1 : 0;
        }
        assertThat(obeyed).as("48, 36, 27, 21, 16, and no further").isEqualTo(5);
        assertThat(window.packets()).isEqualTo(CongestionWindow.LEAST_NOTIFIED);
        window.silence(5);
        window.notified(RTT_NS, nowNs + 100 * RTT_NS);
        assertThat(window.packets()).as("below the floor for another reason").isEqualTo(CongestionWindow.AFTER_SILENCE);
    }

    @Test
    void aNotificationThatComesTooSoonMakesItNoSmaller() {
        aRoundTrip();
        assertThat(window.notified(RTT_NS, 0)).isTrue();
        assertThat(window.notified(RTT_NS, RTT_NS - 1)).isFalse();
        assertThat(window.packets()).isEqualTo(48);
        assertThat(window.notified(RTT_NS, RTT_NS)).isTrue();
        assertThat(window.packets()).isEqualTo(36);
    }

    @Test
    void whatWasObeyedIsNotTakenBackWithASilence() {
        window.silence(200);
        for (int i = 0; i < 100; i++) {
            window.notified(RTT_NS, i * RTT_NS);
        }
        assertThat(window.wasLate()).isTrue();
        assertThat(window.packets()).isEqualTo(CongestionWindow.LEAST_NOTIFIED);
        aRoundTrip();
        assertThat(window.packets()).as("no slow start").isEqualTo(CongestionWindow.LEAST_NOTIFIED + 1);
    }

    @Test
    void aNotificationBehindASilenceLeavesTheSlowStartUpToTheFloor() {
        window.silence(200);
        window.recovered();
        assertThat(window.notified(RTT_NS, 0)).isFalse();
        aRoundTrip();
        aRoundTrip();
        assertThat(window.packets()).isEqualTo(CongestionWindow.LEAST_NOTIFIED);
        aRoundTrip();
        assertThat(window.packets()).isEqualTo(CongestionWindow.LEAST_NOTIFIED + 1);
    }

    @Test
    void oneNotificationInASilenceCostsAQuarter() {
        window.silence(200);
        assertThat(window.notified(RTT_NS, 0)).as("of what comes back").isTrue();
        assertThat(window.wasLate()).isTrue();
        assertThat(window.packets()).isEqualTo(Limits.INITIAL_WINDOW * 3 / 4);
    }
}
