package io.rtrs.soft.iwarp.stream;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.soft.iwarp.wire.AtomicResponse;
import io.rtrs.soft.iwarp.wire.Fpdu;
import io.rtrs.soft.iwarp.wire.ImmediateData;
import io.rtrs.soft.iwarp.wire.RdmapOpcode;
import io.rtrs.soft.iwarp.wire.TerminateError;
import io.rtrs.soft.memory.Refusal;
import io.rtrs.soft.queue.ReceiveQueue;
import io.rtrs.soft.queue.RemoteMemory;
import io.rtrs.soft.queue.SgeCursor;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.Imm;
import io.rtrs.verbs.WrOpcode;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * Receives what is for a queue: Sends and immediates, which take a receive, and hands requests and Atomic Responses on
 * (spec/iwarp.md 8, 10, 15). One of them at a time.
 */
final class Untagged {
    /** {@link #begin}: go on. */
    static final int GOOD = 0;

    /** {@link #begin}: no receive is posted. */
    static final int WAIT = 1;

    /** {@link #begin}: the connection is over. */
    static final int REFUSED = 2;

    private static final int SINKS = IbvMr.IBV_ACCESS_LOCAL_WRITE;

    private final QueuePair qp;
    private final Terminator terminator;
    private final ReceiveQueue receives;
    private final RemoteMemory memory;
    private final PeerRequests requests;
    private final AtomicAnswers atomics;
    private final SgeCursor cursor;

    private int sendMsn = 1;
    private int requestMsn = 1;
    private int atomicMsn = 1;

    /** The Send that has begun and not ended. */
    private @Nullable RdmapOpcode message;

    /** Bytes of it that were received, the immediate before its data among them. */
    private long received;

    /** Bytes that the receive, and that immediate, have room for. */
    private long capacity;

    private int prefix;
    private int immediate;

    Untagged(
            QueuePair qp,
            Terminator terminator,
            ReceiveQueue receives,
            RemoteMemory memory,
            PeerRequests requests,
            AtomicAnswers atomics) {
        this.qp = qp;
        this.terminator = terminator;
        this.receives = receives;
        this.memory = memory;
        this.requests = requests;
        this.atomics = atomics;
        this.cursor = new SgeCursor(qp.domain(), receives.ring);
    }

    private int refuse(TerminateError error) {
        terminator.refuse(error);
        return REFUSED;
    }

    private int refuse(TerminateError error, int receiveStatus) {
        terminator.refuse(error, receiveStatus);
        return REFUSED;
    }

    /**
     * Checks a segment before any byte of it is placed, and before it has any effect.
     *
     * @param at of its ULPDU: of what has no payload all is there, of the rest the headers
     */
    int begin(Segment segment, MemorySegment in, long at) {
        RdmapOpcode opcode = segment.opcode;
        if (message != null && message != opcode) {
            return refuse(TerminateError.UNEXPECTED_OPCODE);
        }
        if (!opcode.hasPayload() && (segment.ulpdu > opcode.most() || !segment.last)) {
            return refuse(TerminateError.STREAM_CATASTROPHIC);
        }
        if (segment.queue != opcode.queue()) {
            return refuse(TerminateError.INVALID_QUEUE);
        }
        if (segment.msn != expected(opcode.queue())) {
            return refuse(TerminateError.INVALID_MSN);
        }
        boolean takesReceive = opcode.queue() == RdmapOpcode.QUEUE_SENDS;
        if (takesReceive && message == null && receives.isEmpty()) {
            return WAIT;
        }
        if (opcode.queue() == RdmapOpcode.QUEUE_REQUESTS && requests.isFull()) {
            return refuse(TerminateError.STREAM_CATASTROPHIC);
        }
        if (segment.mo != (message == null ? 0 : received)) {
            return refuse(TerminateError.INVALID_MO);
        }
        if (opcode.isSend()) {
            return beginSend(segment, in, at);
        }
        TerminateError error = opcode.queue() == RdmapOpcode.QUEUE_REQUESTS ? requests.check(segment, in, at) : null;
        return error == null ? GOOD : refuse(error);
    }

    private int expected(int queue) {
        return switch (queue) {
            case RdmapOpcode.QUEUE_SENDS -> sendMsn;
            case RdmapOpcode.QUEUE_REQUESTS -> requestMsn;
            default -> atomicMsn;
        };
    }

    private int beginSend(Segment segment, MemorySegment in, long at) {
        int payload = segment.payload();
        if (message == null) {
            prefix = segment.opcode.isSendImmediate() ? ImmediateData.SIZE : 0;
            if (payload < prefix) {
                return refuse(TerminateError.STREAM_CATASTROPHIC);
            }
            if (prefix > 0) {
                immediate = ImmediateData.immediate(in, at + ImmediateData.AT);
            }
            int slot = receives.slot(receives.head);
            cursor.open(receives.ring, slot);
            received = 0;
            capacity = prefix + receives.ring.total(slot);
            message = segment.opcode;
        }
        if (received + payload > capacity) {
            return refuse(TerminateError.TOO_LONG, Status.LOC_LEN_ERR);
        }
        int data = payload - headerBytes(segment);
        if (data > 0 && !cursor.permits(data, SINKS)) {
            return refuse(TerminateError.DDP_CATASTROPHIC, Status.LOC_PROT_ERR);
        }
        return GOOD;
    }

    /** Bytes of the segment behind its DDP header that are no data. */
    private int headerBytes(Segment segment) {
        return segment.mo == 0 ? prefix : 0;
    }

    /** How many bytes of the Send's segment that {@link #begin} took are no data; they count as received. */
    int skip(Segment segment) {
        int bytes = headerBytes(segment);
        received += bytes;
        return bytes;
    }

    /** Copies payload to where it belongs; false if the memory is gone, which was refused. */
    boolean place(MemorySegment from, long at, int bytes) {
        if (!cursor.scatter(from, at, bytes)) {
            return gone();
        }
        received += bytes;
        return true;
    }

    /** The memory of the receive is gone. */
    boolean gone() {
        terminator.refuse(TerminateError.DDP_CATASTROPHIC, Status.LOC_PROT_ERR);
        return false;
    }

    /** Where the next bytes can be read to; as {@link Tagged#target}. */
    long target(Pieces pieces, long most) {
        return Targets.add(pieces, cursor, most);
    }

    /** Bytes were read to where {@link #target} said. */
    void arrived(long bytes) {
        cursor.advance(bytes);
        received += bytes;
    }

    /**
     * The whole FPDU is here, and right: executes the message if it ends.
     *
     * @param at of its ULPDU, where that has no payload
     * @param written the length of the Write that ended directly before it
     */
    void end(Segment segment, MemorySegment in, long at, long written) {
        RdmapOpcode opcode = segment.opcode;
        if (!segment.last) {
            return;
        }
        switch (opcode.queue()) {
            case RdmapOpcode.QUEUE_SENDS -> {
                message = null;
                sendMsn++;
                if (opcode.isImmediate()) {
                    int value = Imm.toRaw(ImmediateData.immediate(in, at + ImmediateData.AT));
                    int code = WrOpcode.WC_RECV_RDMA_WITH_IMM;
                    boolean solicited = opcode.isSolicited();
                    qp.completeReceive(Status.SUCCESS, code, (int) written, value, WrOpcode.WC_WITH_IMM, solicited);
                } else {
                    endSend(segment);
                }
            }
            case RdmapOpcode.QUEUE_REQUESTS -> {
                requestMsn++;
                TerminateError error = requests.execute(segment, in, at);
                if (error != null) {
                    terminator.refuse(error);
                }
            }
            default -> {
                atomicMsn++;
                atomics.answer(AtomicResponse.identifier(in, at), AtomicResponse.original(in, at));
            }
        }
    }

    private void endSend(Segment segment) {
        RdmapOpcode opcode = segment.opcode;
        int flags = 0;
        int immOrKey = 0;
        if (opcode.invalidates()) {
            immOrKey = segment.invalidate;
            if (!memory.invalidate(immOrKey)) {
                boolean others = memory.refusal(immOrKey, 0, 0, 0) == Refusal.NOT_ASSOCIATED;
                TerminateError error =
                        others ? TerminateError.REMOTE_CANNOT_INVALIDATE : TerminateError.CANNOT_INVALIDATE;
                terminator.refuse(error, Status.REM_INV_REQ_ERR);
                return;
            }
            flags = WrOpcode.WC_WITH_INV;
        } else if (prefix > 0) {
            immOrKey = Imm.toRaw(immediate);
            flags = WrOpcode.WC_WITH_IMM;
        }
        int length = (int) (received - prefix);
        qp.completeReceive(Status.SUCCESS, WrOpcode.WC_RECV, length, immOrKey, flags, opcode.isSolicited());
    }

    /** Bytes of an FPDU, from its length on, that the parser must have before {@link #begin}. */
    int headBytes(RdmapOpcode opcode, int ulpdu) {
        if (!opcode.hasPayload()) {
            return Fpdu.size(ulpdu);
        }
        boolean begins = opcode.isSendImmediate() && message == null;
        return Fpdu.LENGTH + Math.min(begins ? ImmediateData.END : opcode.ddpHeader(), ulpdu);
    }
}
