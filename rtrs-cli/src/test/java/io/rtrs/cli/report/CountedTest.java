package io.rtrs.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.verbs.Counter;
import io.rtrs.verbs.CounterSnapshot;
import org.junit.jupiter.api.Test;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a provider counted is told in short where it explains something, and in full where that is asked for. */
class CountedTest {
    private static CounterSnapshot run(long again, long overflow, long roundTrip) {
        Map<Counter, Long> values = new LinkedHashMap<>();
        values.put(new Counter(Counter.RETRANSMISSIONS, "times", Counter.Kind.TOTAL, "Sent again."), again);
        values.put(new Counter(Counter.RECEIVE_OVERFLOW, "packets", Counter.Kind.TOTAL, "Dropped."), overflow);
        values.put(new Counter("round_trip", "us", Counter.Kind.LARGEST, "Smoothed."), roundTrip);
        return new CounterSnapshot(values);
    }

    @Test
    void aRunWithoutTroubleHasNoCauses() {
        assertThat(Counted.causes(run(0, 0, 80))).isEmpty();
        assertThat(Counted.causes(CounterSnapshot.EMPTY)).isEmpty();
    }

    @Test
    void whatSlowedARunIsNamedWithItsNumber() {
        assertThat(Counted.causes(run(1, 0, 80))).contains("1 retransmission");
        assertThat(Counted.causes(run(1200, 3, 80)))
                .contains("1,200 retransmissions, 3 datagrams lost here by a full receive buffer (the sysctl"
                        + " net.core.rmem_max bounds it)");
    }

    @Test
    void whateverWasWaitedForIsNamed() {
        Map<Counter, Long> values = new LinkedHashMap<>();
        values.put(new Counter("peer_not_ready", "times", Counter.Kind.TOTAL, "No receive."), 1L);
        values.put(new Counter(Counter.SOCKET_FULL, "times", Counter.Kind.TOTAL, "No room."), 2000L);
        assertThat(Counted.causes(new CounterSnapshot(values)))
                .contains("1 wait for the peer to post a receive (RNR), 2,000 sends that found the socket full");
    }

    @Test
    void whateverWasLostHereIsNamed() {
        Map<Counter, Long> values = new LinkedHashMap<>();
        for (String name : List.of("misdirected_lost", "link_truncated", "link_packets_refused", "bad_icrc")) {
            values.put(new Counter(name, "packets", Counter.Kind.TOTAL, "Lost."), values.size() + 1L);
        }
        assertThat(Counted.causes(new CounterSnapshot(values)))
                .contains("1 packet lost here because too many came to another socket than their queue pair's,"
                        + " 2 receptions dropped here, longer than a buffer, 3 packets refused by the kernel,"
                        + " 4 packets damaged on the way");
    }

    @Test
    void theTableHasWhatIsNotZeroWithItsMeaning() {
        assertThat(Counted.table(run(1200, 0, 80)).lines())
                .containsExactly(
                        "  retransmissions                   1,200  Sent again.",
                        "  round_trip                        80 us  Smoothed.");
    }

    @Test
    void theObjectHasThemAll() {
        assertThat(Counted.json(run(1, 0, 80)))
                .hasToString("{\"retransmissions\":1,\"link_receive_overflow\":0,\"round_trip\":80}");
    }
}
