package io.rtrs.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.LinkedHashMap;
import java.util.Map;

/** Counters of several parts, and of a time between two moments. */
class CounterSnapshotTest {
    private static final Counter SENT = new Counter("sent", "packets", Counter.Kind.TOTAL, "Sent.");
    private static final Counter SLOWEST = new Counter("slowest", "us", Counter.Kind.LARGEST, "The slowest.");
    private static final Counter NARROWEST =
            new Counter("narrowest", "packets", Counter.Kind.SMALLEST, "The narrowest.");

    private static CounterSnapshot of(long sent, long slowest, long narrowest) {
        Map<Counter, Long> values = new LinkedHashMap<>();
        values.put(SENT, sent);
        values.put(SLOWEST, slowest);
        values.put(NARROWEST, narrowest);
        return new CounterSnapshot(values);
    }

    @Test
    void totalsOfSeveralPartsAreAddedAndStatesAreTheWorst() {
        CounterSnapshot both = of(10, 80, 16).with(of(5, 20, 8));
        assertThat(both.values())
                .containsExactly(Map.entry(SENT, 15L), Map.entry(SLOWEST, 80L), Map.entry(NARROWEST, 8L));
    }

    @Test
    void whatOneSideDoesNotKnowIsTheOthers() {
        CounterSnapshot some = new CounterSnapshot(Map.of(SENT, 3L));
        assertThat(some.with(of(1, 2, 3)).get("slowest")).hasValue(2);
        assertThat(of(1, 2, 3).with(some).get("sent")).hasValue(4);
    }

    @Test
    void betweenTwoMomentsTotalsAreDifferencesAndStatesAreTheLater() {
        assertThat(of(10, 80, 16).since(of(4, 100, 2)).values())
                .containsExactly(Map.entry(SENT, 6L), Map.entry(SLOWEST, 80L), Map.entry(NARROWEST, 16L));
        assertThat(of(10, 80, 16).since(CounterSnapshot.EMPTY).get("sent")).hasValue(10);
    }

    @Test
    void whatHasEndedHasTotalsOnly() {
        assertThat(of(10, 80, 16).totals().values()).containsExactly(Map.entry(SENT, 10L));
    }

    @Test
    void aNameThatIsNotCountedIsMissing() {
        assertThat(of(1, 2, 3).get("lost")).isEmpty();
        assertThat(of(1, 2, 3).count("lost")).isZero();
    }

    @Test
    void twoCountersOfOneNameAreRefused() {
        Counter other = new Counter("sent", "bytes", Counter.Kind.TOTAL, "Others.");
        assertThatThrownBy(() -> new CounterSnapshot(Map.of(SENT, 1L, other, 2L)))
                .hasMessageContaining("sent");
    }
}
