package io.rtrs.soft.iwarp.stream;

import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.soft.iwarp.wire.AtomicRequest;
import io.rtrs.soft.iwarp.wire.Fpdu;
import io.rtrs.soft.iwarp.wire.ImmediateData;
import io.rtrs.soft.iwarp.wire.RdmapOpcode;
import io.rtrs.soft.iwarp.wire.ReadRequest;
import io.rtrs.soft.iwarp.wire.TaggedHeader;
import io.rtrs.soft.iwarp.wire.UntaggedHeader;
import io.rtrs.soft.queue.SendQueue;
import io.rtrs.soft.queue.SgeCursor;
import io.rtrs.soft.work.SendArray;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.Imm;
import io.rtrs.verbs.WrOpcode;

import java.lang.foreign.MemorySegment;

/**
 * Starts send work requests in posting order and makes their FPDUs, one for each call (spec/iwarp.md 7.4, 13): a Write with
 * immediate is a Write and the immediate directly behind it.
 */
final class Segmenter {
    /** {@link #make}: there is nothing, or it must wait for an answer. */
    static final int NOTHING = 0;

    /** {@link #make}: the socket must take more first. */
    static final int NO_ROOM = 1;

    /** {@link #make}: one FPDU. */
    static final int MADE = 2;

    private final SendQueue queue;
    private final SendArray ring;
    private final OutputQueue output;
    private final ReadsOutstanding reads;
    private final SendProgress progress;
    private final LocalWork local;
    private final SgeCursor cursor;
    private final StreamAttributes attributes;

    private boolean rtrDue;

    /** Nothing can be started before something is answered. */
    private boolean blocked;

    private int sendMsn = 1;
    private int requestMsn = 1;

    // The work request under way.
    private boolean loaded;
    private int slot;
    private int opcode;
    private RdmapOpcode message = RdmapOpcode.SEND;

    /** Bytes before the data of a Send: its immediate. */
    private int prefix;

    /** Of the message, with the prefix. */
    private long total;

    private long done;
    private boolean begun;

    Segmenter(
            QueuePair qp,
            SendQueue queue,
            OutputQueue output,
            ReadsOutstanding reads,
            SendProgress progress,
            StreamAttributes attributes) {
        this.queue = queue;
        this.ring = queue.ring;
        this.output = output;
        this.reads = reads;
        this.progress = progress;
        this.local = new LocalWork(qp, queue, reads);
        this.cursor = new SgeCursor(qp.domain(), ring);
        this.attributes = attributes;
        this.rtrDue = attributes.rtr() != Rtr.NONE;
    }

    /** Whether {@link #make} may have something to make. */
    boolean hasWork() {
        return rtrDue || (!blocked && (loaded || queue.started < queue.posted()));
    }

    /** Whether a message has begun that nothing else may come into. */
    boolean isMidMessage() {
        return begun;
    }

    /** A read or atomic was answered. */
    void unblock() {
        blocked = false;
    }

    /** Makes the next FPDU. */
    int make() {
        if (rtrDue) {
            return makeRtr();
        }
        if (!loaded && !load()) {
            return NOTHING;
        }
        return switch (message) {
            case WRITE,
                    SEND,
                    SEND_SOLICITED,
                    SEND_INVALIDATE,
                    SEND_SOLICITED_INVALIDATE,
                    SEND_IMMEDIATE,
                    SEND_IMMEDIATE_SOLICITED -> makePart();
            case READ_REQUEST -> makeRead();
            case ATOMIC_REQUEST -> makeAtomic();
            default -> makeImmediate();
        };
    }

    /** Makes ready the next work request that has FPDUs; what has none is executed. */
    private boolean load() {
        while (!blocked && queue.started < queue.posted()) {
            long sequence = queue.started;
            int wr = queue.slot(sequence);
            if (queue.isFailing(sequence) || local.mustWait(wr)) {
                blocked = true;
                return false;
            }
            int status = local.check(wr);
            if (status != Status.SUCCESS) {
                queue.fail(sequence, status);
                blocked = true;
                return false;
            }
            queue.start();
            progress.begin(wr);
            if (ring.opcode[wr] == WrOpcode.BIND_MW || ring.opcode[wr] == WrOpcode.LOCAL_INV) {
                progress.made(wr);
            } else {
                take(wr);
                return true;
            }
        }
        return false;
    }

    private void take(int wr) {
        loaded = true;
        begun = false;
        slot = wr;
        opcode = ring.opcode[wr];
        message = Messages.of(opcode, isSolicited());
        prefix = message.isSendImmediate() ? ImmediateData.SIZE : 0;
        total = ring.total(wr) + prefix;
        done = 0;
        if (opcode == WrOpcode.RDMA_WRITE_WITH_IMM && total == 0) {
            message = immediate();
        }
        if (queue.isInline(wr)) {
            cursor.openInline(queue.inlineData(), queue.inlineOffset(wr));
        } else {
            cursor.open(ring, wr);
        }
    }

    private boolean isSolicited() {
        return (ring.flags[slot] & IbvSendWR.IBV_SEND_SOLICITED) != 0;
    }

    private RdmapOpcode immediate() {
        return isSolicited() ? RdmapOpcode.IMMEDIATE_SOLICITED : RdmapOpcode.IMMEDIATE;
    }

    /** Makes one segment of a Write or Send. */
    private int makePart() {
        int payload = (int) Math.min(total - done, attributes.maxPayload(message));
        int before = done == 0 ? prefix : 0;
        int header = message.ddpHeader() + before;
        if (!output.begin(Fpdu.LENGTH + header + Fpdu.MAX_TRAILER)) {
            return NO_ROOM;
        }
        boolean last = done + payload == total;
        int ulpdu = message.ddpHeader() + payload;
        putHeader(ulpdu, last, before);
        output.own(Fpdu.LENGTH + header);
        cursor.seek(done == 0 ? 0 : done - prefix);
        int result = output.gather(cursor, payload - before);
        if (result != OutputQueue.GATHERED) {
            output.rollback();
            return result == OutputQueue.NO_ROOM ? NO_ROOM : fail();
        }
        output.commit(ulpdu);
        done += payload;
        begun = true;
        if (last) {
            endMessage();
        }
        return MADE;
    }

    private void putHeader(int ulpdu, boolean last, int before) {
        MemorySegment memory = output.buffer();
        int at = output.at();
        Fpdu.putUlpdu(memory, at, ulpdu);
        int ddp = at + Fpdu.LENGTH;
        if (message == RdmapOpcode.WRITE) {
            int stag = total == 0 && ring.rkey[slot] == 0 ? Messages.ANY_STAG : ring.rkey[slot];
            TaggedHeader.put(memory, ddp, message, last, stag, ring.remote[slot] + done);
        } else {
            int invalidate = message.invalidates() ? ring.rkey[slot] : 0;
            UntaggedHeader.put(memory, ddp, message, last, invalidate, sendMsn, (int) done);
            if (before != 0) {
                ImmediateData.put(memory, ddp + UntaggedHeader.SIZE, Imm.fromRaw(ring.rawImm[slot]));
            }
        }
    }

    /** Memory of the work request is gone: it fails when all before it are complete. */
    private int fail() {
        queue.fail(queue.started - 1, Status.LOC_PROT_ERR);
        blocked = true;
        return NOTHING;
    }

    private void endMessage() {
        if (message != RdmapOpcode.WRITE) {
            sendMsn++;
        }
        if (opcode == WrOpcode.RDMA_WRITE_WITH_IMM && message == RdmapOpcode.WRITE) {
            message = immediate(); // still begun: nothing may come between
        } else {
            endRequest();
        }
    }

    private void endRequest() {
        progress.made(slot);
        loaded = false;
        begun = false;
    }

    private int makeImmediate() {
        if (!beginFixed(message, sendMsn)) {
            return NO_ROOM;
        }
        ImmediateData.put(
                output.buffer(), output.at() + Fpdu.LENGTH + ImmediateData.AT, Imm.fromRaw(ring.rawImm[slot]));
        commitFixed(message);
        sendMsn++;
        endRequest();
        return MADE;
    }

    private int makeRead() {
        if (!beginFixed(message, requestMsn)) {
            return NO_ROOM;
        }
        putRead(reads.nextName(), (int) total, ring.rkey[slot], ring.remote[slot]);
        reads.add(queue.started - 1, false, requestMsn, total);
        requestMsn++;
        endRequest();
        return MADE;
    }

    private void putRead(int sink, int length, int stag, long to) {
        int at = output.at() + Fpdu.LENGTH + ReadRequest.AT;
        ReadRequest.put(output.buffer(), at, sink, 0, length, stag == 0 ? Messages.ANY_STAG : stag, to);
        commitFixed(RdmapOpcode.READ_REQUEST);
    }

    private int makeAtomic() {
        if (!beginFixed(message, requestMsn)) {
            return NO_ROOM;
        }
        int at = output.at() + Fpdu.LENGTH;
        int name = reads.nextName();
        long remote = ring.remote[slot];
        if (opcode == WrOpcode.ATOMIC_CMP_AND_SWP) {
            AtomicRequest.putSwap(
                    output.buffer(), at, name, ring.rkey[slot], remote, ring.operand[slot], ring.swap[slot]);
        } else {
            AtomicRequest.putAdd(output.buffer(), at, name, ring.rkey[slot], remote, ring.operand[slot]);
        }
        commitFixed(message);
        reads.add(queue.started - 1, true, requestMsn, Long.BYTES);
        requestMsn++;
        endRequest();
        return MADE;
    }

    private int makeRtr() {
        switch (attributes.rtr()) {
            case READ -> {
                if (!beginFixed(RdmapOpcode.READ_REQUEST, requestMsn)) {
                    return NO_ROOM;
                }
                putRead(reads.nextName(), 0, Messages.ANY_STAG, 0);
                reads.add(ReadsOutstanding.RTR, false, requestMsn++, 0);
            }
            case SEND -> {
                if (!beginFixed(RdmapOpcode.SEND, sendMsn)) {
                    return NO_ROOM;
                }
                commitFixed(RdmapOpcode.SEND);
                sendMsn++;
            }
            default -> {
                if (!output.begin(Fpdu.size(TaggedHeader.SIZE))) {
                    return NO_ROOM;
                }
                Fpdu.putUlpdu(output.buffer(), output.at(), TaggedHeader.SIZE);
                int at = output.at() + Fpdu.LENGTH;
                TaggedHeader.put(output.buffer(), at, RdmapOpcode.WRITE, true, Messages.ANY_STAG, 0);
                commitFixed(RdmapOpcode.WRITE);
            }
        }
        rtrDue = false;
        return MADE;
    }

    /** Begins an untagged message of one segment, which has the length that its opcode says. */
    private boolean beginFixed(RdmapOpcode fixed, int msn) {
        if (!output.begin(Fpdu.size(fixed.least()))) {
            return false;
        }
        Fpdu.putUlpdu(output.buffer(), output.at(), fixed.least());
        UntaggedHeader.put(output.buffer(), output.at() + Fpdu.LENGTH, fixed, true, 0, msn, 0);
        return true;
    }

    private void commitFixed(RdmapOpcode fixed) {
        output.own(Fpdu.LENGTH + fixed.least());
        output.commit(fixed.least());
    }
}
