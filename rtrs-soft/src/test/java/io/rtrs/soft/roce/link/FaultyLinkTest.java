package io.rtrs.soft.roce.link;

import static io.rtrs.soft.roce.link.SampleTraffic.A;
import static io.rtrs.soft.roce.link.SampleTraffic.B;
import static io.rtrs.soft.roce.link.SampleTraffic.send;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** A bad network in front of a link, each fault by itself. */
class FaultyLinkTest {
    private static final int COUNT = 60;
    private static final List<Integer> ALL = IntStream.range(0, COUNT).boxed().toList();

    private final SampleTraffic traffic = new SampleTraffic();

    @Test
    void without_faults_it_changes_nothing() {
        assertThat(received(FaultRates.NONE, FaultRates.NONE)).isEqualTo(ALL);
        assertThat(traffic.identifications).isEqualTo(ALL);
    }

    @Test
    void packets_are_lost_on_either_way() {
        assertThat(received(FaultRates.losing(0.3), FaultRates.NONE))
                .isSubsetOf(ALL)
                .hasSizeBetween(20, 58);
        traffic.good.clear();
        assertThat(received(FaultRates.NONE, FaultRates.losing(0.3)))
                .isSubsetOf(ALL)
                .hasSizeBetween(20, 58);
        assertThat(traffic.bad).isZero();
        traffic.good.clear();
        assertThat(received(FaultRates.losing(1), FaultRates.NONE)).isEmpty();
    }

    @Test
    void packets_are_doubled_on_either_way() {
        FaultRates doubling = new FaultRates(0, 1, 0, 0, 0, 0);
        // There is room for 64: the link may have none for the second of two.
        assertThat(received(doubling, FaultRates.NONE))
                .hasSize(SimulatedLink.TRANSMIT_SLOTS)
                .startsWith(0, 0, 1, 1, 2);
        traffic.good.clear();
        assertThat(received(FaultRates.NONE, doubling)).hasSize(2 * COUNT).startsWith(0, 0, 1, 1, 2);
    }

    @Test
    void packets_are_overtaken_and_none_is_missing() {
        List<Integer> received = received(FaultRates.NONE, new FaultRates(0, 0, 0.2, 0, 0, 0));
        assertThat(received).isNotEqualTo(ALL).containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void packets_are_corrupted() {
        received(FaultRates.NONE, new FaultRates(0, 0, 0, 1, 0, 0));
        assertThat(traffic.bad + traffic.good.size()).isEqualTo(COUNT);
        assertThat(traffic.bad).as("a bit of the uncovered byte is one of 48").isGreaterThan(COUNT * 3 / 4);
    }

    @Test
    void packets_are_late_and_none_is_missing() {
        List<Integer> received = received(FaultRates.NONE, new FaultRates(0, 0, 0, 0, 0.5, 1_000_000));
        List<Integer> sorted = new ArrayList<>(received);
        Collections.sort(sorted);
        assertThat(sorted).isEqualTo(ALL);
        assertThat(received).isNotEqualTo(ALL);
    }

    /** All packets are there at one time, and then a second, later receive. */
    private List<Integer> received(FaultRates outgoing, FaultRates incoming) {
        SimulatedNetwork network = SimulatedNetwork.perfect();
        Peer b = new Peer(B, 0xC123);
        try (FaultyLink from = new FaultyLink(network.attach(A, 1024), outgoing, FaultRates.NONE, 3);
                FaultyLink to = new FaultyLink(network.attach(B, 1024), FaultRates.NONE, incoming, 4)) {
            assertThat(from.local()).isEqualTo(A);
            assertThat(from.pathMtu()).isEqualTo(1024);
            for (int i = 0; i < COUNT && send(from, b, i); i++) {}
            assertThat(from.flush()).isZero();
            network.advanceTo(20_000);
            traffic.receive(to, network.nowNs());
            network.advanceTo(5_000_000);
            traffic.receive(to, network.nowNs());
            return traffic.good;
        }
    }
}
