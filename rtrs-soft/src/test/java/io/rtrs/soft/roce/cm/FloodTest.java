package io.rtrs.soft.roce.cm;

import static io.rtrs.soft.roce.cm.TwoNodes.PORT;
import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.cm.message.CmMessage;
import io.rtrs.soft.roce.cm.message.Mad;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.cm.message.Rej;
import io.rtrs.soft.roce.cm.message.Req;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Layouts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What strangers can do to a manager. */
class FloodTest {
    private static final CmLimits SMALL = new CmLimits(50, 20, 100);

    @Test
    void requests_that_nobody_decides_are_bounded_by_the_backlog() {
        TwoNodes net = new TwoNodes(SMALL);
        flood(net, 5000);
        assertThat(net.passive.cm.connections()).isEqualTo(20);
        assertThat(net.passive.cm.halfOpen()).isEqualTo(20);
        assertThat(net.passive.outbox).isEmpty();
        assertThat(net.passive.cm.counter(CmCounter.REQUESTS_DROPPED)).isEqualTo(4980);
        // The consumer decides: there is room again, for those who ask again.
        net.passive.events.forEach(event -> net.passive.cm.reject(event.connection(), PrivateData.EMPTY, net.nowNs));
        net.passive.events.clear();
        net.active.cm.connect(net.to(PORT, 0x11), net.nowNs);
        net.passive.outbox.clear();
        net.run();
        assertThat(net.passive.events).hasSize(1);
    }

    @Test
    void accepts_that_nobody_confirms_are_bounded_and_end_by_themselves() {
        TwoNodes net = new TwoNodes(SMALL);
        int qpn = 0x100;
        for (int i = 0; i < 300; i++) {
            request(net, i);
            while (!net.passive.events.isEmpty()) {
                net.passive.cm.accept(net.passive.heard().connection(), TwoNodes.with(qpn++), net.nowNs);
            }
        }
        assertThat(net.passive.cm.halfOpen()).isEqualTo(50);
        long sent = net.passive.outbox.size();
        for (int i = 0; i < 40; i++) {
            net.pass(1);
        }
        assertThat(net.passive.outbox.size() - sent)
                .as("16 REPs and a REJ each")
                .isEqualTo(50 * 16L);
        assertThat(net.passive.cm.halfOpen()).isZero();
        assertThat(net.passive.freed).hasSize(50);
        net.passive.events.forEach(event -> net.passive.cm.destroy(event.connection(), net.nowNs));
        assertThat(net.passive.cm.entries()).isZero();
    }

    @Test
    void connections_are_bounded_and_the_next_one_is_told_so() {
        TwoNodes net = new TwoNodes(SMALL);
        for (int i = 0; i < 100; i++) {
            assertThat(net.passive.cm.connect(net.to(PORT, i + 2), net.nowNs)).isPositive();
        }
        net.passive.outbox.clear();
        assertThat(net.passive.cm.connect(net.to(PORT, 2000), net.nowNs)).isEqualTo(-ConnectionManager.ENOMEM);
        request(net, 1);
        assertThat(((Rej) net.passive.sent().message()).reason()).isEqualTo(3);
    }

    @Test
    void a_request_in_the_name_of_another_address_is_refused_to_its_sender() {
        TwoNodes net = new TwoNodes();
        net.active.cm.connect(net.to(PORT, 0x11), net.nowNs);
        Gid liar = Gid.ofIpv4(0x7F00_0007);
        net.passive.deliver(net.active.sent().mad(), liar, net.nowNs);
        Node.Packet answer = net.passive.sent();
        assertThat(answer.to().gid()).isEqualTo(liar);
        assertThat(((Rej) answer.message()).reason()).isEqualTo(12);
        assertThat(net.passive.cm.entries()).isZero();
    }

    /** Captured datagrams with flipped bits, in every state, at connections that exist. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void damaged_messages_do_no_harm(long seed) { // spec/rocev2.md 18.86
        SplittableRandom random = new SplittableRandom(seed);
        List<MemorySegment> seeds = new ArrayList<>();
        for (String name : CapturedMads.NAMES) {
            CapturedMads.read(name).forEach(captured -> seeds.add(captured.mad()));
        }
        TwoNodes net = new TwoNodes(SMALL);
        int qpn = 0x1000;
        for (int i = 0; i < 4000; i++) {
            boolean own = random.nextInt(3) == 0 && !net.active.outbox.isEmpty();
            MemorySegment mad = own ? net.active.sent().mad() : seeds.get(random.nextInt(seeds.size()));
            mad = MemorySegment.ofArray(mad.toArray(Layouts.U8));
            damage(mad, random);
            int size = random.nextInt(50) == 0 ? random.nextInt(Mad.SIZE) : Mad.SIZE;
            long before = net.passive.cm.counter(CmCounter.SENT);
            net.passive.deliver(mad.asSlice(0, size), net.active.gid, net.nowNs);
            long answers = net.passive.cm.counter(CmCounter.SENT) - before;
            assertThat(answers).as("an answer, and a DREQ").isLessThanOrEqualTo(2);
            while (!net.passive.outbox.isEmpty()) {
                MemorySegment answer = net.passive.sent().mad();
                damage(answer, random);
                net.active.deliver(answer, net.passive.gid, net.nowNs);
            }
            consume(net.passive, random, net.nowNs, qpn++);
            consume(net.active, random, net.nowNs, qpn++);
            if (net.active.outbox.isEmpty() && random.nextBoolean()) {
                net.active.cm.connect(net.to(PORT, qpn++), net.nowNs);
            }
            net.nowNs += random.nextLong(200_000_000);
            net.active.cm.poll(100, net.nowNs);
            if (random.nextInt(20) == 0) {
                net.passive.cm.poll(100, net.nowNs);
                net.passive.outbox.clear();
            }
            assertThat(net.passive.cm.connections()).isLessThanOrEqualTo(SMALL.connections());
        }
    }

    private static void consume(Node node, SplittableRandom random, long nowNs, int qpn) {
        while (!node.events.isEmpty()) {
            Node.Heard event = node.heard();
            switch (random.nextInt(3)) {
                case 0 -> node.cm.accept(event.connection(), TwoNodes.with(qpn), nowNs);
                case 1 -> node.cm.destroy(event.connection(), nowNs);
                default -> node.cm.disconnect(event.connection(), nowNs);
            }
        }
    }

    private static void damage(MemorySegment mad, SplittableRandom random) {
        for (int flips = random.nextInt(4); flips > 0; flips--) {
            int at = random.nextInt(Mad.SIZE);
            Layouts.put8(mad, at, Layouts.u8(mad, at) ^ (1 << random.nextInt(8)));
        }
    }

    private static void flood(TwoNodes net, int count) {
        for (int i = 0; i < count; i++) {
            request(net, i);
        }
    }

    /** A REQ of a stranger's own, with its own GUID. */
    private static void request(TwoNodes net, int stranger) {
        Node node = new Node(new CmIdentity(net.active.gid, 0x7000_0000L + stranger, 5, 4096));
        node.cm.connect(net.to(PORT, 0x11), net.nowNs);
        CmMessage req = node.outbox.element().message();
        assertThat(req).isInstanceOf(Req.class);
        net.passive.deliver(node.sent().mad(), node.gid, net.nowNs);
    }
}
