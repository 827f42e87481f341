package io.rtrs.soft.roce.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.link.FaultRates;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.link.ReceiveBuffer;
import io.rtrs.soft.roce.link.SimulatedNetwork;
import io.rtrs.soft.roce.rc.QueuePair;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.RoceOpcode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** How queue pairs share a network that is not perfect: simulated, from seeds, in virtual time. */
class FlowTest {
    private static final int MTU = 1024;
    private static final int BUFFER = 4 << 20;
    private static final long MS = 1_000_000;
    private static final long SECOND = 1000 * MS;

    /** Of a full packet on the simulated wire. */
    private static final int ON_WIRE = MTU + 16 + 66;

    private final List<SimulatedEndpoint> ends = new ArrayList<>();
    private final List<Flow> flows = new ArrayList<>();

    private SimulatedNetwork network = SimulatedNetwork.perfect();

    private SimulatedEndpoint end() {
        SimulatedEndpoint made = new SimulatedEndpoint(network, ends.size() + 1);
        ends.add(made);
        return made;
    }

    private Flow flow(SimulatedEndpoint from, SimulatedEndpoint to, boolean reads, int receiveBytes) {
        Flow made = new Flow(from, to, reads, 32 * MTU, receiveBytes);
        flows.add(made);
        return made;
    }

    /** Drives all ends for so long. */
    private void run(long forNs) {
        long endNs = network.nowNs() + forNs;
        while (network.nowNs() - endNs < 0) {
            boolean moved = false;
            for (Flow flow : flows) {
                moved |= flow.post();
            }
            for (SimulatedEndpoint end : ends) {
                moved |= end.endpoint.receive(64, network.nowNs()) + end.endpoint.poll(64, network.nowNs()) != 0;
            }
            if (!moved) {
                network.advanceTo(next(endNs));
            }
        }
    }

    private long next(long endNs) {
        long next = endNs;
        if (!network.isIdle() && network.nextArrivalNs() - next < 0) {
            next = network.nextArrivalNs();
        }
        for (SimulatedEndpoint end : ends) {
            long deadline = end.endpoint.nextDeadlineNs();
            if (deadline != Endpoint.NO_DEADLINE && deadline - next < 0) {
                next = deadline;
            }
        }
        return Math.max(next, network.nowNs());
    }

    private static SimulatedNetwork losing(double rate, long latencyNs, long seed) {
        return new SimulatedNetwork(FaultRates.losing(rate), latencyNs, seed, 0);
    }

    /** Half of what the rule of additive increase and multiplicative decrease gives: √(1.5 ÷ loss) packets a round trip. */
    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "3, true", "4, true"})
    void withOnePercentOfLossItMovesHalfOfWhatIsPossible(long seed, boolean reads) {
        long roundTripNs = MS;
        network = losing(0.01, roundTripNs / 2, seed);
        Flow flow = flow(end(), end(), reads, BUFFER);
        run(20 * SECOND);
        double ideal = Math.sqrt(1.5 / 0.01) * MTU * SECOND / roundTripNs; // bytes a second
        System.out.println(flow + ": " + flow.bytes() / 20.0 / ideal + " of the ideal");
        assertThat(flow.bytes() / 20).as("%s", flow).isGreaterThan((long) (ideal / 2));
        assertThat(flow.failure()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"false, 2", "false, 4", "true, 2"})
    void flowsOfSeveralSendersShareABottleneck(boolean reads, int senders) {
        network = new SimulatedNetwork(FaultRates.NONE, 200_000, 1, 0);
        SimulatedEndpoint receiver = end();
        long bytesPerSecond = 50_000_000;
        network.bottleneck(receiver.link.local(), bytesPerSecond, 100 * ON_WIRE);
        for (int i = 0; i < senders; i++) {
            SimulatedEndpoint sender = end();
            flow(reads ? receiver : sender, reads ? sender : receiver, reads, BUFFER);
        }
        run(10 * SECOND);
        long least = flows.stream().mapToLong(Flow::bytes).min().orElseThrow();
        long most = flows.stream().mapToLong(Flow::bytes).max().orElseThrow();
        long all = flows.stream().mapToLong(Flow::bytes).sum();
        flows.forEach(System.out::println);
        System.out.println(all / 10.0 / bytesPerSecond + " of the bottleneck, share " + (double) least / most);
        assertThat((double) least / most).as("%s", flows).isGreaterThan(0.7);
        assertThat(all / 10.0 / bytesPerSecond).as("%s", flows).isGreaterThan(0.6);
    }

    /** Queue pairs of one address, up to one for each packet, and what the receiver's buffer holds is the bottleneck's queue. */
    @ParameterizedTest
    @CsvSource({"false, 8", "false, 32", "false, 64", "false, 92", "true, 8", "true, 16", "true, 64"})
    void queuePairsOfOneAddressDoNotOverrunTheBufferThatTheyShare(boolean reads, int queuePairs) {
        network = new SimulatedNetwork(FaultRates.NONE, 200_000, 1, 0);
        SimulatedEndpoint receiver = end();
        SimulatedEndpoint sender = end();
        int receiveBytes = 212_992;
        int held = ReceiveBuffer.packets(receiveBytes, MTU);
        network.bottleneck(receiver.link.local(), 50_000_000, held * ON_WIRE);
        SimulatedEndpoint asker = reads ? receiver : sender;
        for (int i = 0; i < queuePairs; i++) {
            flow(asker, reads ? sender : receiver, reads, receiveBytes);
        }
        run(3 * SECOND);
        long least = flows.stream().mapToLong(Flow::bytes).min().orElseThrow();
        long most = flows.stream().mapToLong(Flow::bytes).max().orElseThrow();
        long all = flows.stream().mapToLong(Flow::bytes).sum();
        System.out.printf(
                "reads %s, %d queue pairs: lost %d of %d, least/most %.2f, %d bytes%n",
                reads, queuePairs, network.lost(), network.sent(), (double) least / most, all);
        assertThat(flows).allSatisfy(flow -> {
            assertThat(flow.counters().losses).as("%s", flow).isZero();
            assertThat(flow.bytes()).isPositive();
        });
        assertThat(network.lost()).isZero();
        assertThat((double) least / most).as("%s", flows).isGreaterThan(0.7);
        assertThat(asker.endpoint.budgets()).isEqualTo(1);
        flows.forEach(flow -> asker.endpoint.close(flow.lane()));
        assertThat(asker.endpoint.budgets()).isZero();
    }

    @Test
    void whatOneQueuePairIsToldOfThePeersBufferBoundsTheOthersToo() {
        network = new SimulatedNetwork(FaultRates.NONE, 200_000, 1, 0);
        SimulatedEndpoint from = end();
        SimulatedEndpoint to = end();
        Flow first = flow(from, to, false, BUFFER);
        run(100 * MS);
        assertThat(first.counters().window).isGreaterThan(92);
        Flow told = flow(from, to, false, 212_992); // half of it holds 92
        run(100 * MS);
        assertThat(first.counters().window).isLessThanOrEqualTo(92);
        flows.remove(told);
        from.endpoint.close(told.lane());
        run(100 * MS);
        assertThat(first.counters().window).isGreaterThan(92);
        assertThat(first.failure()).isZero();
    }

    /** READs of any length: the next part is under way before the last has come. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLongWayIsFilled(boolean reads) {
        network = new SimulatedNetwork(FaultRates.NONE, 5 * MS, 1, 0);
        Flow flow = flow(end(), end(), reads, BUFFER);
        run(2 * SECOND);
        long ideal = 2 * SECOND / (10 * MS) * 512 * MTU; // 512 packets of 16 messages each round trip
        assertThat(flow.bytes()).as("%s", flow).isGreaterThan(ideal * 8 / 10);
        assertThat(flow.counters().timeouts).isZero();
    }

    @Test
    void aPeerThatTellsNothingIsSentWhatKernelsTake() {
        network = new SimulatedNetwork(FaultRates.NONE, 5 * MS, 1, 0);
        Flow flow = flow(end(), end(), false, 0);
        run(SECOND);
        assertThat(flow.counters().window).isEqualTo(128);
    }

    /** Only from the peer, only intact; and then it is obeyed. */
    @Test
    void congestionNotificationsCountOnlyFromThePeer() {
        network = new SimulatedNetwork(FaultRates.NONE, 100_000, 1, 0);
        SimulatedEndpoint from = end();
        SimulatedEndpoint to = end();
        SimulatedEndpoint third = end();
        Flow flow = flow(from, to, false, BUFFER);
        run(100 * MS);
        int window = flow.counters().window;
        assertThat(window).isGreaterThan(64);
        for (int i = 0; i < 50; i++) {
            notify(third, from, flow.lane().number());
        }
        run(5 * MS);
        assertThat(flow.counters().notifications).isZero();
        assertThat(flow.counters().window).isGreaterThanOrEqualTo(window);
        notify(to, from, flow.lane().number());
        run(MS / 2);
        assertThat(flow.counters().notificationsObeyed).isEqualTo(1);
        assertThat(flow.counters().window).isLessThan(window);
        long before = flow.bytes();
        for (int i = 0; i < 1000; i++) {
            notify(to, from, flow.lane().number());
            run(MS / 10);
        }
        assertThat(flow.bytes()).as("a flood does not stop it").isGreaterThan(before + 1_000_000);
        assertThat(from.endpoint.counters().get(EndpointCounter.FOREIGN)).isEqualTo(50);
        assertThat(flow.failure()).isZero();
    }

    private static void notify(SimulatedEndpoint by, SimulatedEndpoint whom, int qpn) {
        RoceOpcode code = RoceOpcode.CONGESTION_NOTIFICATION;
        Peer peer = new Peer(whom.link.local(), 0xC000);
        long at = by.link.reserve(peer, code.packetLength(0));
        MemorySegment memory = by.link.transmitMemory();
        memory.asSlice(at, code.packetLength(0)).fill((byte) 0);
        Bth.put(memory, at, code, false, 0, qpn, false, 0);
        by.link.commit();
        by.link.flush();
    }

    /** What comes from a second address of the peer is nobody's: its owner's requests go on without it. */
    @Test
    void answersFromASecondAddressAcknowledgeNothing() {
        network = new SimulatedNetwork(FaultRates.NONE, 100_000, 1, 0);
        SimulatedEndpoint from = end();
        SimulatedEndpoint to = end();
        SimulatedEndpoint second = end();
        Flow flow = flow(from, to, false, BUFFER);
        Flow bystander = flow(from, second, false, BUFFER);
        run(10 * MS);
        boolean[] away = new boolean[1];
        network.filter((source, destination, memory, offset, length) -> {
            if (away[0] && source.equals(to.link.local())) {
                Peer peer = new Peer(destination, 0xC000);
                long at = second.link.reserve(peer, length);
                if (at >= 0) {
                    MemorySegment.copy(memory, offset, second.link.transmitMemory(), at, length);
                    second.link.commit();
                }
                return false;
            }
            return true;
        });
        away[0] = true;
        long before = flow.bytes();
        long others = bystander.bytes();
        run(SECOND);
        assertThat(flow.bytes() - before).as("one round trip was under way").isLessThan(1_000_000);
        assertThat(bystander.bytes() - others).isGreaterThan(10_000_000);
        assertThat(from.endpoint.counters().get(EndpointCounter.FOREIGN)).isPositive();
        assertThat(flow.lane().queuePair().state()).isEqualTo(QueuePair.State.RTS);
        away[0] = false;
        long afterwards = flow.bytes();
        run(2 * SECOND);
        assertThat(flow.bytes() - afterwards).as("%s", flow).isGreaterThan(10_000_000);
        assertThat(flow.failure()).isZero();
    }
}
