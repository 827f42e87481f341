package io.rtrs.soft.roce.rc;

import io.rtrs.soft.memory.Region;
import io.rtrs.soft.queue.SgeCursor;
import io.rtrs.soft.roce.wire.Aeth;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.roce.wire.RocePacket;
import io.rtrs.soft.work.SendArray;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.WrOpcode;

/**
 * Reads the peer's answers and the clock: completes send work requests in order, has lost packets sent again, gives up
 * (spec/rocev2.md 6.5 to 6.7).
 *
 * <p>READs and atomics are acknowledged by their own answers only, so {@link Flight#una} alone tells what is complete.
 */
final class Completer {
    /** Beside those of {@link Status}: an answer that fits nothing. */
    static final int BAD_RESP_ERR = 7;

    private static final int NOTHING = -1;

    private final QueuePair qp;
    private final NumberedQueue queue;
    private final SendArray ring;
    private final Flight flight;
    private final AskedReads asked;
    private final Requester requester;
    private final RoundTrip roundTrip;
    private final CongestionWindow congestion;
    private final Retry retry;
    private final Counters counters;
    private final SgeCursor cursor;
    private final int mtu;

    /** The READ that {@link #cursor} is in. */
    private long reading = NOTHING;

    /** A lost answer was asked for again, and nothing was acknowledged since. */
    private boolean recovering;

    /** The packet that a sequence NAK named last: it has been sent again, and saying it twice changes nothing. */
    private long missing = NOTHING;

    Completer(
            QueuePair qp,
            NumberedQueue queue,
            Flight flight,
            AskedReads asked,
            Requester requester,
            RoundTrip roundTrip,
            CongestionWindow congestion,
            QpAttributes a) {
        this.qp = qp;
        this.queue = queue;
        this.ring = queue.ring;
        this.flight = flight;
        this.asked = asked;
        this.requester = requester;
        this.roundTrip = roundTrip;
        this.congestion = congestion;
        this.retry = new Retry(a.patience(), roundTrip);
        this.counters = qp.counters();
        this.cursor = new SgeCursor(qp.domain(), ring);
        this.mtu = a.pathMtu();
    }

    Retry retry() {
        return retry;
    }

    /** An answer has arrived. */
    void onPacket(RocePacket packet, long nowNs) {
        long psn = Flight.widen(packet.psn(), flight.una());
        if (psn < flight.una() || psn >= flight.max()) {
            counters.ignored++;
            return;
        }
        RoceOpcode.Operation operation = packet.opcode().operation();
        if (operation == RoceOpcode.Operation.ACK) {
            onAck(packet.syndrome(), psn, nowNs);
        } else if (acknowledgeTo(psn, nowNs)) {
            if (operation == RoceOpcode.Operation.ATOMIC_ACK) {
                onAtomic(packet, nowNs);
            } else {
                onReadResponse(packet, nowNs);
            }
        }
    }

    /**
     * The clock. The first time that nothing comes, one packet goes again: a lost end of a message, or a lost
     * acknowledgement, costs no more, and a peer that was only late loses nothing. What the peer answers tells what is
     * missing. All goes again if it has told that before, if packets were just sent again, and the second time.
     */
    void onTime(long nowNs) {
        if (!retry.isExpired(nowNs)) {
            return;
        }
        counters.timeouts++;
        if (retry.isExhausted(nowNs)) {
            qp.failSend(Status.RETRY_EXC_ERR);
            return;
        }
        recovering = false;
        boolean first = retry.expire() == 0;
        if (first && missing == flight.una()) {
            resend(); // The missing packet was lost again. The peer drops what is behind it, a probe too, in silence.
        } else if (first && flight.isAllSent() && requester.probe()) {
            counters.probes++;
            roundTrip.repeated();
        } else {
            congestion.silence(flight.max());
            goBack();
        }
    }

    private void onAck(int syndrome, long psn, long nowNs) {
        if (Aeth.isAck(syndrome)) {
            acknowledgeTo(psn + 1, nowNs);
        } else if (acknowledgeTo(psn, nowNs)) {
            if (Aeth.isRnr(syndrome)) {
                onNotReady(Aeth.value(syndrome), nowNs);
            } else if (syndrome == Aeth.NAK_PSN_SEQUENCE) {
                onGap(psn);
            } else {
                qp.failSend(refusal(syndrome));
            }
        }
    }

    private static int refusal(int syndrome) {
        return switch (syndrome) {
            case Aeth.NAK_INVALID_REQUEST -> Status.REM_INV_REQ_ERR;
            case Aeth.NAK_REMOTE_ACCESS -> Status.REM_ACCESS_ERR;
            default -> Status.REM_OP_ERR;
        };
    }

    private void onNotReady(int code, long nowNs) {
        if (retry.isResting()) {
            return; // Said twice.
        }
        counters.peerNotReady++;
        if (!retry.takeRnrRetry()) {
            qp.failSend(Status.RNR_RETRY_EXC_ERR);
            return;
        }
        goBack();
        retry.rest(code, nowNs);
    }

    /** A NAK that names the same packet once more is doubled, or that packet was lost again, which the clock tells. */
    private void onGap(long psn) {
        counters.gapsReported++;
        if (!retry.isResting() && psn != missing) {
            missing = psn;
            resend();
        }
    }

    private void resend() {
        if (retry.mayRepeat()) {
            if (congestion.lost(flight.una(), flight.max())) {
                counters.losses++;
            }
            goBack();
        } else {
            qp.failSend(Status.RETRY_EXC_ERR);
        }
    }

    private void goBack() {
        counters.resends++;
        roundTrip.repeated();
        requester.goBack();
        retry.disarm();
    }

    /**
     * Acknowledges all before {@code end}.
     *
     * @return false if that is not possible: an answer to a READ or atomic is missing, and is asked for again; or the
     *     queue pair has failed
     */
    private boolean acknowledgeTo(long end, long nowNs) {
        acknowledge(end, nowNs);
        if (!qp.isConnected()) {
            return false;
        }
        if (flight.una() < end) {
            counters.ignored++;
            if (!recovering && !retry.isResting()) {
                recovering = true;
                resend();
            }
            return false;
        }
        return true;
    }

    /** Completes what needed no packets and has been executed, or has failed. */
    void settle(long nowNs) {
        acknowledge(flight.una(), nowNs);
    }

    /** Acknowledges what can be of that before {@code end}, and completes what is done. */
    private void acknowledge(long end, long nowNs) {
        long before = flight.una();
        long nextBefore = flight.next();
        long oldHead = queue.head;
        while (queue.head < queue.started && !queue.isFailing(queue.head)) {
            int slot = queue.slot(queue.head);
            long behind = queue.endPsn[slot];
            if (flight.una() < behind) {
                if (end <= flight.una() || queue.isRead(slot)) {
                    break;
                }
                flight.acknowledged(Math.min(behind, end));
                if (flight.una() < behind) {
                    break;
                }
            }
            qp.completeHead();
        }
        if (flight.una() != before) {
            progress(before, nextBefore, nowNs);
        } else if (queue.head != oldHead) {
            requester.unblock();
        }
        if (queue.isFailing(queue.head)) {
            qp.failSend(queue.failure());
        }
    }

    /** All from {@code before} on is acknowledged, when {@code nextBefore} was the next to be sent. */
    private void progress(long before, long nextBefore, long nowNs) {
        recovering = false;
        boolean late = flight.una() > nextBefore;
        if (!late) {
            congestion.recovered();
        } else if (congestion.wasLate()) {
            counters.late++;
        }
        congestion.arrived((int) (flight.una() - before), (int) (nextBefore - before));
        counters.window = flight.limit();
        queue.next = Math.max(queue.next, queue.head);
        asked.answered(flight.una());
        if (roundTrip.acknowledged(flight.una(), late, nowNs)) {
            counters.roundTripNs = roundTrip.smoothedNs();
            counters.roundTripVariationNs = roundTrip.variationNs();
        }
        requester.unblock();
        retry.progress(flight.isOutstanding(), nowNs);
    }

    /** The answer to the oldest packet, which must be of an atomic. */
    private void onAtomic(RocePacket packet, long nowNs) {
        int slot = queue.slot(queue.head);
        int opcode = ring.opcode[slot];
        boolean atomic = opcode == WrOpcode.ATOMIC_CMP_AND_SWP || opcode == WrOpcode.ATOMIC_FETCH_AND_ADD;
        if (!atomic || !Aeth.isAck(packet.syndrome())) {
            qp.failSend(BAD_RESP_ERR);
        } else if (putOriginal(slot, packet.originalValue())) {
            answered(nowNs);
        } else {
            qp.failSend(Status.LOC_PROT_ERR);
        }
    }

    private boolean putOriginal(int slot, long value) {
        if (!SgeCursor.permitted(qp.domain(), ring, slot, true)) {
            return false;
        }
        Region region = qp.domain().keys.region(ring.key(slot, 0));
        return region != null && region.writeLong(ring.address(slot, 0), value);
    }

    /** The answer to the oldest packet, which must be of a READ. */
    private void onReadResponse(RocePacket packet, long nowNs) {
        long sequence = queue.head;
        int slot = queue.slot(sequence);
        if (ring.opcode[slot] != WrOpcode.RDMA_READ || !fits(packet, slot)) {
            qp.failSend(BAD_RESP_ERR);
            return;
        }
        if (reading != sequence) {
            reading = sequence;
            cursor.open(ring, slot);
        }
        int payload = packet.payloadLength();
        cursor.seek((flight.una() - queue.firstPsn[slot]) * mtu);
        if (payload != 0 && !cursor.scatter(packet.segment(), packet.payloadOffset(), payload)) {
            qp.failSend(Status.LOC_PROT_ERR);
            return;
        }
        answered(nowNs);
    }

    /**
     * Whether a packet is one that the READ's next answer can be. A repeated READ may be answered from its middle with
     * FIRST or MIDDLE, so those mean the same here, and LAST the same as ONLY (spec/rocev2.md 6.5).
     */
    private boolean fits(RocePacket packet, int slot) {
        RoceOpcode code = packet.opcode();
        if (code.aethOffset() != RoceOpcode.ABSENT && !Aeth.isAck(packet.syndrome())) {
            return false;
        }
        long index = flight.una() - queue.firstPsn[slot];
        long packets = queue.endPsn[slot] - queue.firstPsn[slot];
        boolean last = index + 1 == packets;
        boolean endsRequest = flight.una() + 1 == asked.oldest();
        long payload = last ? ring.total(slot) - index * mtu : mtu;
        return packet.payloadLength() == payload && code.endsMessage() == endsRequest;
    }

    /** The answer to the oldest packet was taken. */
    private void answered(long nowNs) {
        long before = flight.una();
        long nextBefore = flight.next();
        flight.acknowledged(before + 1);
        progress(before, nextBefore, nowNs);
        acknowledge(flight.una(), nowNs);
    }
}
