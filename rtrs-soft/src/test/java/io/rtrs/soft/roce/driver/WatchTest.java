package io.rtrs.soft.roce.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.driver.Watch.Step;
import io.rtrs.soft.roce.endpoint.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.concurrent.TimeUnit;

/** When the thread of a socket steps in; in a time of its own, which wraps on the way. */
class WatchTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long NEVER = Endpoint.NO_DEADLINE;

    private final Watch watch = new Watch();

    /** Short of where the clock wraps; no constant of the compiler, which minds that it overflows. */
    private long nowNs = Long.valueOf(Long.MAX_VALUE - 3 * MS);

    private long receptions;

    private Step look(boolean taken, long dueNs) {
        return watch.next(receptions, taken, dueNs, nowNs);
    }

    private Step look() {
        return look(false, NEVER);
    }

    /** Others drive, and it has seen so. */
    private void othersDrive() {
        receptions++;
        assertThat(look()).isEqualTo(Step.WAIT);
    }

    @Test
    void itLeadsAtOnceWhereNobodyEverDrove() {
        assertThat(look()).isEqualTo(Step.LEAD);
    }

    @Test
    void itLeavesTheSocketToThoseWhoGoOn() {
        for (int i = 0; i < 100; i++) {
            othersDrive();
            assertThat(watch.waitNs()).isEqualTo(Watch.TICK_NS);
            nowNs += watch.waitNs();
        }
    }

    @Test
    void itLeadsWhenNobodyLookedForATick() {
        othersDrive();
        nowNs += Watch.TICK_NS - 1;
        assertThat(look()).isEqualTo(Step.WAIT);
        assertThat(watch.waitNs()).isEqualTo(1);
        nowNs += 1;
        assertThat(look()).isEqualTo(Step.LEAD);
    }

    @Test
    void whoHasLedWaitsForOthersBeforeItLeadsAgain() {
        othersDrive();
        nowNs += Watch.TICK_NS;
        assertThat(look()).isEqualTo(Step.LEAD);
        nowNs += 500 * MS;
        watch.restart(receptions, nowNs);
        assertThat(look()).isEqualTo(Step.WAIT);
        nowNs += Watch.TICK_NS;
        assertThat(look()).isEqualTo(Step.LEAD);
    }

    /** The poller is in user code: what he left is done when it is due, and not much later. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 700_000, 1_500_000, 1_999_999})
    void whatIsLeftUndoneIsDoneWhenItIsDue(long sinceLookNs) {
        othersDrive();
        long lookedNs = nowNs;
        receptions++;
        long dueNs = nowNs + sinceLookNs + MS; // he has just postponed something, after so much of a tick
        nowNs += Watch.TICK_NS; // the wait that began before that
        Step step = look(false, dueNs);
        while (step == Step.WAIT) {
            nowNs += watch.waitNs();
            step = look(false, dueNs);
        }
        assertThat(step).isEqualTo(Step.ATTEND);
        assertThat(nowNs - dueNs).isBetween(0L, Watch.TICK_NS);
        assertThat(nowNs - lookedNs).isLessThan(2 * Watch.TICK_NS);
    }

    /** What it does for others does not make it think that they are back. */
    @Test
    void itLeadsAfterAllIfTheyStayAway() {
        othersDrive();
        nowNs += MS;
        assertThat(look(false, nowNs)).isEqualTo(Step.ATTEND);
        assertThat(look()).isEqualTo(Step.WAIT);
        nowNs += watch.waitNs();
        assertThat(look()).isEqualTo(Step.LEAD);
    }

    /** Whoever holds the lock is doing it: no spinning meanwhile. */
    @Test
    void itWaitsALittleWhenSomethingStaysDue() {
        othersDrive();
        long dueNs = nowNs;
        int attended = 0;
        for (int i = 0; i < 8; i++) {
            receptions++;
            if (look(false, dueNs) == Step.ATTEND) {
                attended++;
                continue;
            }
            assertThat(watch.waitNs()).isBetween(Watch.LEAST_WAIT_NS, Watch.TICK_NS);
            nowNs += watch.waitNs();
        }
        assertThat(attended).isEqualTo(4);
    }

    @Test
    void whileAnotherLeadsNothingIsItsBusiness() {
        othersDrive();
        assertThat(look(true, nowNs - MS)).isEqualTo(Step.WAIT);
        assertThat(watch.waitNs()).isEqualTo(Watch.TICK_NS);
    }

    @Test
    void itSleepsWhileAnotherLeadsAndNothingHappens() {
        othersDrive();
        nowNs += Watch.QUIET_NS;
        assertThat(look(true, NEVER)).isEqualTo(Step.WAIT);
        receptions++;
        assertThat(look(true, NEVER)).isEqualTo(Step.WAIT);
        nowNs += Watch.QUIET_NS + 1;
        assertThat(look(true, NEVER)).isEqualTo(Step.SLEEP);
        watch.restart(receptions, nowNs);
        assertThat(look()).as("who left may come back").isEqualTo(Step.WAIT);
    }
}
