package io.rtrs.soft.roce.cm;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.cm.message.Mad;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.cm.message.Rej;
import io.rtrs.soft.roce.cm.message.Rep;
import io.rtrs.soft.roce.cm.message.Told;
import io.rtrs.soft.roce.wire.Layouts;
import io.rtrs.soft.roce.wire.RoceAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a prober sent to a kernel, sent to us (the capture "edge"): unusual requests, and what a kernel makes of them. */
class EdgeTest {
    private static final int PORT = 7472;
    private static final int QPN = 0x77;

    /** Takes the part of the kernel, with the id that it used in the stale exchange. */
    private final Node kernel = node(4096);

    private static Node node(int maxPathMtu) {
        CapturedMads.Captured first = CapturedMads.frame("edge", 1);
        CmIdentity self = new CmIdentity(first.to(), 0xF430_E3FF_FE95_C4D9L, 0xD3FD_FE5E, maxPathMtu);
        Node node = new Node(self);
        assertThat(node.cm.listen(PORT, true, 0)).isPositive();
        return node;
    }

    private static void play(Node node, int frame) {
        CapturedMads.Captured captured = CapturedMads.frame("edge", frame);
        node.deliver(captured.mad(), captured.from(), 0);
    }

    private static AcceptParameters wish() {
        return new AcceptParameters(QPN, 1, 4, 4, 7, false, PrivateData.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(ints = {170, 172, 174})
    void refused_requests_are_refused_with_the_same_bytes(int frame) { // spec/rocev2.md 18.71, 12.4
        play(kernel, frame);
        assertThat(kernel.sent().mad().toArray(Layouts.U8))
                .isEqualTo(CapturedMads.frame("edge", frame + 1).mad().toArray(Layouts.U8));
        assertThat(kernel.cm.entries()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {146, 153, 158, 163})
    void unusual_requests_are_accepted(int frame) { // no LIDs and one hop; no GUID; path MTU 4096; no depths
        play(kernel, frame);
        long its = kernel.heard().connection();
        assertThat(kernel.cm.accept(its, wish(), 0)).isZero();
        Rep rep = (Rep) kernel.sent().message();
        int depth = frame == 163 ? 0 : 4; // spec/rocev2.md 18.81
        assertThat(rep.initiatorDepth()).isEqualTo(depth);
        assertThat(rep.responderResources()).isEqualTo(depth);
        assertThat(kernel.connected)
                .containsValue(new QueuePairAttributes(
                        RoceAddress.of(CapturedMads.frame("edge", frame).from()),
                        0x09F5B9 + (frame == 146 ? 0 : frame == 153 ? 1 : frame == 158 ? 2 : 3),
                        0x555000,
                        1,
                        frame == 158 ? 4096 : 1024,
                        depth,
                        depth,
                        7,
                        7,
                        19,
                        Told.NOTHING));
    }

    @Test
    void a_path_mtu_that_does_not_exist_or_that_our_link_does_not_carry_is_refused() { // spec/rocev2.md 18.80
        play(kernel, 218);
        assertThat(((Rej) kernel.sent().message()).reason()).isEqualTo(26);
        Node narrow = node(1024);
        play(narrow, 158);
        assertThat(((Rej) narrow.sent().message()).reason()).isEqualTo(26);
    }

    @Test
    void the_stale_exchange_is_played_with_the_same_bytes() { // spec/rocev2.md 18.77
        play(kernel, 176);
        kernel.cm.accept(kernel.heard().connection(), wish(), 0);
        kernel.outbox.clear();
        play(kernel, 178);
        assertThat(kernel.heard().what()).isEqualTo("ESTABLISHED");
        play(kernel, 179);
        assertThat(kernel.sent().mad().toArray(Layouts.U8))
                .isEqualTo(CapturedMads.frame("edge", 180).mad().toArray(Layouts.U8));
        Node.Packet dreq = kernel.sent();
        CapturedMads.Captured captured = CapturedMads.frame("edge", 181);
        dreq.mad().set(Layouts.BE64, 8, Mad.transaction(captured.mad(), 0));
        assertThat(dreq.mad().toArray(Layouts.U8)).isEqualTo(captured.mad().toArray(Layouts.U8));
        play(kernel, 182);
        assertThat(kernel.cm.state(0xD3FD_FE5EL)).isEqualTo(ConnectionState.TIMEWAIT);
    }

    @Test
    void a_dreq_for_unknown_ids_is_answered_with_the_same_bytes() { // spec/rocev2.md 18.74
        play(kernel, 200);
        assertThat(kernel.sent().mad().toArray(Layouts.U8))
                .isEqualTo(CapturedMads.frame("edge", 201).mad().toArray(Layouts.U8));
    }

    @Test
    void a_reply_without_an_rtu_is_sent_again_as_the_request_asks() { // edge 202-207
        play(kernel, 202);
        kernel.cm.accept(kernel.heard().connection(), wish(), 0);
        Node.Packet first = kernel.sent();
        kernel.cm.poll(10, kernel.cm.nextDeadlineNs());
        assertThat(kernel.sent().mad().toArray(Layouts.U8))
                .isEqualTo(first.mad().toArray(Layouts.U8));
    }
}
