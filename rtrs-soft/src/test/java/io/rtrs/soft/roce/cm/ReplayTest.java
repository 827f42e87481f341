package io.rtrs.soft.roce.cm;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.cm.message.CmMessage;
import io.rtrs.soft.roce.cm.message.Drep;
import io.rtrs.soft.roce.cm.message.Dreq;
import io.rtrs.soft.roce.cm.message.IpCmHeader;
import io.rtrs.soft.roce.cm.message.Mad;
import io.rtrs.soft.roce.cm.message.Mra;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.cm.message.Rej;
import io.rtrs.soft.roce.cm.message.RejectReason;
import io.rtrs.soft.roce.cm.message.Rep;
import io.rtrs.soft.roce.cm.message.Req;
import io.rtrs.soft.roce.cm.message.Rtu;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Layouts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Takes the part of one kernel in the captured exchanges: gets what the other kernel sent, is told to do what that kernel's
 * consumer did, and must send the same bytes. Only the transaction that the opener of an exchange invents may differ.
 */
class ReplayTest {
    /** The kernel's codes; intervals do not matter. */
    private static final CmTimes KERNEL = new CmTimes(
            TimeUnit.SECONDS.toNanos(6),
            15,
            TimeUnit.SECONDS.toNanos(5),
            TimeUnit.SECONDS.toNanos(6),
            15,
            TimeUnit.SECONDS.toNanos(2),
            TimeUnit.MINUTES.toNanos(5),
            20,
            20,
            24);

    private long nowNs;

    @ParameterizedTest
    @ValueSource(strings = {"rping_v4", "rping_v6", "verbs", "loss", "mra", "reject", "rtrs_inv_n", "rtrs_inv_y"})
    void the_active_side_sends_what_the_active_kernel_sent(
            String name) { // spec/rocev2.md 18.65 to 18.67, 18.69, 18.73, 18.74
        List<CapturedMads.Captured> mads = CapturedMads.read(name);
        Gid self = mads.getFirst().from();
        Map<Integer, Node> nodes = new LinkedHashMap<>();
        for (CapturedMads.Captured captured : mads) {
            CmMessage message = captured.message();
            if (!captured.from().equals(self)) {
                node(nodes, remoteId(message)).deliver(captured.mad(), captured.from(), nowNs);
                continue;
            }
            if (message instanceof Req req && !nodes.containsKey(req.localId())) {
                nodes.put(req.localId(), activeNode(self, req));
                assertThat(node(nodes, req.localId()).cm.connect(wish(req), nowNs))
                        .isPositive();
            } else if (message instanceof Req req) {
                letTimePass(node(nodes, req.localId()));
            } else if (message instanceof Dreq dreq) {
                assertThat(node(nodes, dreq.localId()).cm.disconnect(handle(dreq.localId()), nowNs))
                        .isZero();
            }
            // All of the active side's are of the transaction that it opened itself.
            same(node(nodes, message.localId()).sent(), captured, true);
        }
        nodes.values().forEach(node -> assertThat(node.outbox).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rping_v4", "rping_v6", "verbs", "loss", "mra", "reject", "rtrs_inv_n", "rtrs_inv_y"})
    void the_passive_side_sends_what_the_passive_kernel_sent(
            String name) { // spec/rocev2.md 18.66, 18.69, 18.71, 18.72, 18.74, 18.82
        List<CapturedMads.Captured> mads = CapturedMads.read(name);
        Gid peer = mads.getFirst().from();
        Map<Integer, Node> nodes = new LinkedHashMap<>();
        for (CapturedMads.Captured captured : mads) {
            CmMessage message = captured.message();
            if (captured.from().equals(peer)) {
                if (message instanceof Req req && !nodes.containsKey(req.localId())) {
                    nodes.put(req.localId(), passiveNode(captured.to(), req, mads));
                }
                node(nodes, message.localId()).deliver(captured.mad(), peer, nowNs);
                continue;
            }
            Node node = node(nodes, remoteId(message));
            actAsConsumer(node, message);
            if (message instanceof Rep) {
                clamp(captured.mad(), node);
            }
            same(node.sent(), captured, message instanceof Dreq);
        }
        nodes.values().forEach(node -> assertThat(node.outbox).isEmpty());
    }

    private void actAsConsumer(Node node, CmMessage message) {
        if (message instanceof Rep rep) {
            AcceptParameters wish = new AcceptParameters(
                    rep.qpn(),
                    rep.startingPsn(),
                    rep.initiatorDepth(),
                    rep.responderResources(),
                    rep.rnrRetry(),
                    rep.srq(),
                    rep.privateData());
            assertThat(node.cm.accept(handle(rep.localId()), wish, nowNs)).isZero();
        } else if (message instanceof Drep drep) {
            assertThat(node.cm.disconnect(handle(drep.localId()), nowNs)).isZero();
        } else if (message instanceof Rej rej && rej.reason() == RejectReason.CONSUMER) {
            assertThat(node.cm.reject(handle(rej.localId()), rej.privateData(), nowNs))
                    .isZero();
        }
    }

    /** The one difference: a kernel promises what its consumer says, we only what the request allows (spec/rocev2.md 18.81). */
    private static void clamp(MemorySegment rep, Node node) {
        ConnectRequest request = Objects.requireNonNull(node.lastRequest);
        int serves = Mad.HEADER_SIZE + 24;
        Layouts.put8(rep, serves, Math.min(Layouts.u8(rep, serves), request.responderResources()));
        Layouts.put8(rep, serves + 1, Math.min(Layouts.u8(rep, serves + 1), request.initiatorDepth()));
    }

    private void letTimePass(Node node) {
        nowNs = node.cm.nextDeadlineNs();
        assertThat(node.cm.poll(10, nowNs)).isOne();
    }

    private static Node activeNode(Gid self, Req req) {
        return new Node(new CmIdentity(self, req.caGuid(), req.localId(), 4096), KERNEL, CmLimits.DEFAULT);
    }

    /** A node whose first id and GUID are those that the kernel used for this request. */
    private static Node passiveNode(Gid self, Req req, List<CapturedMads.Captured> mads) {
        int id = 0;
        long guid = 0;
        for (CapturedMads.Captured captured : mads) {
            CmMessage message = captured.message();
            if (!(message instanceof Req) && captured.from().equals(self) && remoteId(message) == req.localId()) {
                id = message.localId();
                guid = message instanceof Rep rep ? rep.caGuid() : guid;
            }
        }
        Node node = new Node(new CmIdentity(self, guid, id, 4096), KERNEL, CmLimits.DEFAULT);
        if (id != 0) { // the kernel that had no listener gave no id
            assertThat(node.cm.listen(IpCmHeader.port(req.serviceId()), false, 0))
                    .isPositive();
        }
        return node;
    }

    private static ConnectParameters wish(Req req) {
        IpCmHeader header = Objects.requireNonNull(IpCmHeader.of(req));
        Req.QueuePair queuePair = req.queuePair();
        return new ConnectParameters(
                header.destination(),
                IpCmHeader.port(req.serviceId()),
                header.sourcePort(),
                queuePair.qpn(),
                queuePair.startingPsn(),
                PathMtu.bytes(queuePair.pathMtu()),
                queuePair.initiatorDepth(),
                queuePair.responderResources(),
                queuePair.retryCount(),
                queuePair.rnrRetry(),
                req.primary().ackTimeout(),
                queuePair.srq(),
                PrivateData.of(req.privateData().from(IpCmHeader.SIZE).bytes()));
    }

    private static void same(Node.Packet ours, CapturedMads.Captured captured, boolean inventsTransaction) {
        assertThat(ours.to().gid()).isEqualTo(captured.to());
        if (inventsTransaction) {
            ours.mad().set(Layouts.BE64, 8, Mad.transaction(captured.mad(), 0));
        }
        assertThat(ours.mad().toArray(Layouts.U8))
                .as("frame %d", captured.frame())
                .isEqualTo(captured.mad().toArray(Layouts.U8));
    }

    private static Node node(Map<Integer, Node> nodes, int activeId) {
        return Objects.requireNonNull(nodes.get(activeId));
    }

    private static int remoteId(CmMessage message) {
        return switch (message) {
            case Req req -> throw new IllegalArgumentException(req + " names no other id");
            case Rep rep -> rep.remoteId();
            case Rtu rtu -> rtu.remoteId();
            case Mra mra -> mra.remoteId();
            case Rej rej -> rej.remoteId();
            case Dreq dreq -> dreq.remoteId();
            case Drep drep -> drep.remoteId();
        };
    }

    private static long handle(int id) {
        return Integer.toUnsignedLong(id);
    }
}
