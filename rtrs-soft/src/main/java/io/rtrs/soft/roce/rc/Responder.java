package io.rtrs.soft.roce.rc;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.soft.queue.ReceiveQueue;
import io.rtrs.soft.queue.RemoteMemory;
import io.rtrs.soft.queue.SgeCursor;
import io.rtrs.soft.roce.wire.Aeth;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.roce.wire.RocePacket;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.Imm;
import io.rtrs.verbs.WrOpcode;

/**
 * Executes the peer's requests, each once and in order (spec/rocev2.md 7). The checks come in the order of 7: number,
 * place in the message, permission, resources, key and range, length.
 */
final class Responder {
    private static final int NO_RECEIVE = 0;

    private final QueuePair qp;
    private final ReceiveQueue receives;
    private final RemoteMemory memory;
    private final Answers answers;
    private final Counters counters;
    private final SgeCursor cursor;
    private final int mtu;
    private final int access;
    private final int rnrTimer;

    /** A NAK was said; the packets behind the expected one are dropped in silence. */
    private boolean quiet;

    /** The message that has begun, SEND or WRITE; ACK if none has. */
    private RoceOpcode.Operation message = RoceOpcode.Operation.ACK;

    // Of a SEND: bytes taken, and bytes that its receive has room for.
    private long received;
    private long capacity;

    // Of a WRITE: where it goes on, and the bytes to come.
    private int rkey;
    private long address;
    private long left;
    private long total;

    Responder(QueuePair qp, ReceiveQueue receives, RemoteMemory memory, Answers answers, QpAttributes attributes) {
        this.qp = qp;
        this.receives = receives;
        this.memory = memory;
        this.answers = answers;
        this.counters = qp.counters();
        this.cursor = new SgeCursor(qp.domain(), receives.ring);
        this.mtu = attributes.pathMtu();
        this.access = attributes.remote().access();
        this.rnrTimer = attributes.patience().rnrTimer();
    }

    /** A request has arrived. */
    void onPacket(RocePacket packet) {
        long psn = Flight.widen(packet.psn(), answers.expected());
        if (psn == answers.expected()) {
            quiet = false;
            answers.here();
            execute(packet);
        } else if (psn < answers.expected()) {
            counters.duplicates++;
            repeat(packet, psn);
        } else {
            counters.ignored++;
            if (!quiet) {
                quiet = true;
                answers.missing();
            }
        }
    }

    /** A request that was executed: it is answered again, and a READ is read again. */
    private void repeat(RocePacket packet, long psn) {
        switch (packet.opcode().operation()) {
            case READ -> {
                long bytes = packet.dmaLength();
                int packets = Segmentation.packets(bytes, mtu);
                answers.reads.askAgain(psn, packets, packet.rkey(), packet.remoteAddress(), bytes, mtu);
            }
            case ATOMIC -> answers.reads.askAgain(psn);
            default -> answers.ack();
        }
    }

    private void execute(RocePacket packet) {
        RoceOpcode code = packet.opcode();
        RoceOpcode.Operation operation = code.operation();
        boolean inOrder = code.startsMessage() ? message == RoceOpcode.Operation.ACK : message == operation;
        if (!inOrder) {
            refuse(Aeth.NAK_INVALID_REQUEST, Status.REM_INV_REQ_ERR);
            return;
        }
        switch (operation) {
            case SEND -> onSend(packet, code);
            case WRITE -> onWrite(packet, code);
            case READ -> onRead(packet);
            default -> onAtomic(packet);
        }
    }

    private void onSend(RocePacket packet, RoceOpcode code) {
        if (code.startsMessage()) {
            if (receives.isEmpty()) {
                notReady();
                return;
            }
            int slot = receives.slot(receives.head);
            cursor.open(receives.ring, slot);
            received = 0;
            capacity = receives.ring.total(slot);
            message = RoceOpcode.Operation.SEND;
        }
        int payload = packet.payloadLength();
        if (!Segmentation.fits(code, payload, mtu)) {
            refuse(Aeth.NAK_INVALID_REQUEST, Status.REM_INV_REQ_ERR);
        } else if (received + payload > capacity) {
            refuse(Aeth.NAK_INVALID_REQUEST, Status.LOC_LEN_ERR);
        } else if (!cursor.scatter(packet.segment(), packet.payloadOffset(), payload)) {
            refuse(Aeth.NAK_REMOTE_OPERATIONAL, Status.LOC_PROT_ERR);
        } else if (code.hasInvalidate() && !memory.invalidate(packet.invalidateKey())) {
            refuse(Aeth.NAK_REMOTE_ACCESS, Status.REM_INV_REQ_ERR);
        } else {
            received += payload;
            if (code.endsMessage()) {
                endSend(packet, code);
            }
            executed(packet);
        }
    }

    private void endSend(RocePacket packet, RoceOpcode code) {
        endMessage();
        int flags = 0;
        int immOrKey = 0;
        if (code.hasImmediate()) {
            flags = WrOpcode.WC_WITH_IMM;
            immOrKey = Imm.toRaw(packet.immediate());
        } else if (code.hasInvalidate()) {
            flags = WrOpcode.WC_WITH_INV;
            immOrKey = packet.invalidateKey();
        }
        qp.completeReceive(Status.SUCCESS, WrOpcode.WC_RECV, (int) received, immOrKey, flags, packet.solicited());
    }

    private void onWrite(RocePacket packet, RoceOpcode code) {
        if ((access & IbvMr.IBV_ACCESS_REMOTE_WRITE) == 0) {
            refuse(Aeth.NAK_INVALID_REQUEST, NO_RECEIVE);
            return;
        }
        if (code.hasImmediate() && receives.isEmpty()) {
            notReady();
            return;
        }
        int payload = packet.payloadLength();
        if (code.startsMessage()) {
            rkey = packet.rkey();
            address = packet.remoteAddress();
            total = packet.dmaLength();
            left = total;
            message = RoceOpcode.Operation.WRITE;
            // A write of one packet is checked as it is placed; one without data touches nothing.
            if (total != 0
                    && total != payload
                    && !memory.permits(rkey, address, total, IbvMr.IBV_ACCESS_REMOTE_WRITE)) {
                refuse(Aeth.NAK_REMOTE_ACCESS, NO_RECEIVE);
                return;
            }
        }
        if (!lengthFits(code, payload)) {
            refuse(Aeth.NAK_INVALID_REQUEST, NO_RECEIVE);
        } else if (payload != 0 && !place(packet, payload)) {
            refuse(Aeth.NAK_REMOTE_ACCESS, NO_RECEIVE);
        } else {
            address += payload;
            left -= payload;
            if (code.endsMessage()) {
                endWrite(packet, code);
            }
            executed(packet);
        }
    }

    private boolean lengthFits(RoceOpcode code, int payload) {
        return Segmentation.fits(code, payload, mtu)
                && total <= Segmentation.MAX_MESSAGE
                && (code.endsMessage() ? payload == left : payload < left);
    }

    private boolean place(RocePacket packet, int payload) {
        return memory.write(
                rkey, address, packet.segment(), packet.payloadOffset(), payload, IbvMr.IBV_ACCESS_REMOTE_WRITE);
    }

    private void endWrite(RocePacket packet, RoceOpcode code) {
        endMessage();
        if (code.hasImmediate()) {
            qp.completeReceive(
                    Status.SUCCESS,
                    WrOpcode.WC_RECV_RDMA_WITH_IMM,
                    (int) total,
                    Imm.toRaw(packet.immediate()),
                    WrOpcode.WC_WITH_IMM,
                    packet.solicited());
        }
    }

    private void onRead(RocePacket packet) {
        long bytes = packet.dmaLength();
        if ((access & IbvMr.IBV_ACCESS_REMOTE_READ) == 0
                || answers.reads.isFull()
                || bytes > Segmentation.MAX_MESSAGE) {
            refuse(Aeth.NAK_INVALID_REQUEST, NO_RECEIVE);
            return;
        }
        int key = packet.rkey();
        long from = packet.remoteAddress();
        if (bytes != 0 && !memory.permits(key, from, bytes, IbvMr.IBV_ACCESS_REMOTE_READ)) {
            refuse(Aeth.NAK_REMOTE_ACCESS, NO_RECEIVE);
            return;
        }
        int packets = Segmentation.packets(bytes, mtu);
        endMessage();
        answers.read(packets, key, from, bytes);
    }

    private void onAtomic(RocePacket packet) {
        int remoteAtomic = IbvMr.IBV_ACCESS_REMOTE_ATOMIC;
        if ((access & remoteAtomic) == 0 || answers.reads.isFull()) {
            refuse(Aeth.NAK_INVALID_REQUEST, NO_RECEIVE);
            return;
        }
        int key = packet.rkey();
        long at = packet.remoteAddress();
        if (!memory.permits(key, at, Long.BYTES, remoteAtomic)) {
            refuse(Aeth.NAK_REMOTE_ACCESS, NO_RECEIVE);
            return;
        }
        boolean swap = packet.opcode() == RoceOpcode.COMPARE_SWAP;
        if ((at & 7) != 0) {
            refuse(Aeth.NAK_INVALID_REQUEST, NO_RECEIVE);
        } else if (!memory.atomic(key, at, remoteAtomic, swap, packet.swapOrAdd(), packet.compare())) {
            refuse(Aeth.NAK_REMOTE_ACCESS, NO_RECEIVE);
        } else {
            endMessage();
            answers.atomic(memory.original());
        }
    }

    private void endMessage() {
        message = RoceOpcode.Operation.ACK;
        answers.endMessage();
    }

    private void executed(RocePacket packet) {
        answers.executed();
        if (packet.ackReq()) {
            answers.ack();
        }
    }

    private void notReady() {
        quiet = true;
        answers.notReady(rnrTimer);
    }

    /** The peer is told, the receive in use (or {@link #NO_RECEIVE}) fails, and the queue pair is in error. */
    private void refuse(int syndrome, int receiveStatus) {
        answers.refuse(syndrome);
        if (message == RoceOpcode.Operation.SEND && receiveStatus != NO_RECEIVE) {
            qp.completeReceive(receiveStatus, 0, 0, 0, 0, true);
        }
        qp.toError();
    }
}
