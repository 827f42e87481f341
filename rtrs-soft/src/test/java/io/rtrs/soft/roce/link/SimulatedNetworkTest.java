package io.rtrs.soft.roce.link;

import static io.rtrs.soft.roce.link.SampleTraffic.A;
import static io.rtrs.soft.roce.link.SampleTraffic.B;
import static io.rtrs.soft.roce.link.SampleTraffic.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.soft.roce.wire.Bth;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.IntStream;

/** The network in memory. */
class SimulatedNetworkTest {
    private final Peer b = new Peer(B, 0xC123);
    private final SampleTraffic traffic = new SampleTraffic();

    @Test
    void packets_arrive_after_the_latency_in_order_and_with_a_good_checksum() {
        SimulatedNetwork network =
                new SimulatedNetwork(FaultRates.NONE, 500, 1, Long.MAX_VALUE - 100); // the clock wraps
        SimulatedLink from = network.attach(A, 1024);
        SimulatedLink to = network.attach(B, 1024);
        for (int i = 0; i < 10; i++) {
            assertThat(send(from, b, i)).isTrue();
        }
        assertThat(network.isIdle()).isTrue();
        assertThat(from.flush()).isZero();
        assertThat(network.isIdle()).isFalse();
        assertThat(traffic.receive(to, network.nowNs() + 499)).isZero();
        network.advanceTo(network.nextArrivalNs());
        assertThat(network.nowNs()).isEqualTo(Long.MIN_VALUE + 399);
        assertThat(traffic.receive(to, network.nowNs())).isEqualTo(10);
        assertThat(traffic.good).isEqualTo(numbers(10));
        assertThat(traffic.identifications).isEqualTo(numbers(10)); // spec/rocev2.md 18.7
        assertThat(network.isIdle()).isTrue();
    }

    @Test
    void a_link_has_room_again_when_it_is_flushed() {
        SimulatedNetwork network = SimulatedNetwork.perfect();
        SimulatedLink from = network.attach(A, 1024);
        SimulatedLink to = network.attach(B, 1024);
        for (int i = 0; i < SimulatedLink.TRANSMIT_SLOTS; i++) {
            assertThat(send(from, b, i)).isTrue();
        }
        assertThat(send(from, b, 99)).isFalse();
        from.acceptPerFlush(60);
        assertThat(from.flush()).isEqualTo(SimulatedLink.TRANSMIT_SLOTS - 60);
        assertThat(send(from, b, SimulatedLink.TRANSMIT_SLOTS)).isTrue();
        assertThat(from.flush()).isZero();
        network.advanceTo(network.nextArrivalNs());
        traffic.receive(to, network.nowNs());
        assertThat(traffic.good).isEqualTo(numbers(SimulatedLink.TRANSMIT_SLOTS + 1));
        assertThat(traffic.bad).isZero();
    }

    @Test
    void a_limit_bounds_what_is_received_in_one_call() {
        SimulatedNetwork network = SimulatedNetwork.perfect();
        SimulatedLink from = network.attach(A, 1024);
        SimulatedLink to = network.attach(B, 1024);
        for (int i = 0; i < 5; i++) {
            send(from, b, i);
        }
        from.flush();
        network.advanceTo(network.nextArrivalNs());
        PacketSink nobody = (memory, offset, length, hi, lo, port, now) -> {};
        assertThat(to.receive(nobody, 3, network.nowNs())).isEqualTo(3);
        assertThat(to.receive(nobody, 3, network.nowNs())).isEqualTo(2);
        assertThat(network.delivered()).isEqualTo(5);
    }

    @Test
    void a_script_decides_packet_by_packet() {
        SimulatedNetwork network = SimulatedNetwork.perfect();
        SimulatedLink from = network.attach(A, 1024);
        SimulatedLink to = network.attach(B, 1024);
        network.filter((source, destination, memory, offset, length) ->
                source.equals(A) && destination.equals(B) && Bth.psn(memory, offset) % 2 == 1);
        for (int i = 0; i < 6; i++) {
            send(from, b, i);
        }
        from.flush();
        network.advanceTo(network.nextArrivalNs());
        traffic.receive(to, network.nowNs());
        assertThat(traffic.good).containsExactly(1, 3, 5);
        assertThat(network.lost()).isEqualTo(3);
    }

    @Test
    void the_same_seed_gives_the_same_faults_and_every_kind_of_fault_occurs() {
        FaultRates bad = new FaultRates(0.1, 0.1, 0.1, 0.1, 0.1, 50_000);
        List<Integer> first = run(bad, 77);
        List<Integer> again = run(bad, 77);
        assertThat(again).isEqualTo(first);
        assertThat(run(bad, 78)).isNotEqualTo(first);
        assertThat(first.stream().distinct().count())
                .as("lost and corrupted ones are missing")
                .isBetween(100L, 199L);
        assertThat(first.size()).as("doubled ones come twice").isGreaterThan((int)
                first.stream().distinct().count());
        assertThat(first)
                .as("overtaken ones come late")
                .isNotEqualTo(first.stream().sorted().toList());
    }

    private List<Integer> run(FaultRates rates, long seed) {
        SimulatedNetwork network = new SimulatedNetwork(rates, 1000, seed, 0);
        SimulatedLink from = network.attach(A, 1024);
        SimulatedLink to = network.attach(B, 1024);
        SampleTraffic receiver = new SampleTraffic();
        for (int i = 0; i < 200; i++) {
            send(from, b, i);
            from.flush();
            network.advanceTo(network.nowNs() + 100);
            receiver.receive(to, network.nowNs());
        }
        network.heal();
        send(from, b, 200);
        from.flush();
        while (!network.isIdle()) {
            network.advanceTo(Math.max(network.nowNs(), network.nextArrivalNs()));
            receiver.receive(to, network.nowNs());
        }
        assertThat(receiver.bad).as("corrupted ones").isPositive();
        assertThat(receiver.good).contains(200);
        assertThat(network.delivered()).isEqualTo(receiver.good.size() + receiver.bad);
        receiver.good.removeIf(number -> number == 200);
        return receiver.good;
    }

    @Test
    void packets_to_nobody_are_lost() {
        SimulatedNetwork network = SimulatedNetwork.perfect();
        SimulatedLink from = network.attach(A, 1024);
        send(from, b, 1);
        assertThat(from.flush()).isZero();
        assertThat(network.lost()).isEqualTo(1);
        SimulatedLink to = network.attach(B, 1024);
        to.close();
        send(from, b, 2);
        from.flush();
        assertThat(network.lost()).isEqualTo(2);
    }

    @Test
    void misuse_is_refused() {
        SimulatedNetwork network = SimulatedNetwork.perfect();
        SimulatedLink link = network.attach(A, 1024);
        assertThatThrownBy(() -> network.attach(A, 1024)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(link::commit).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> link.reserve(b, 15)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> link.reserve(b, 5000)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> network.advanceTo(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(network::nextArrivalNs).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> FaultRates.losing(1.1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FaultRates.losing(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }
}
