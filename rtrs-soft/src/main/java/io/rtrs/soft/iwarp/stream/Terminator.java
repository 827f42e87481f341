package io.rtrs.soft.iwarp.stream;

import io.rtrs.soft.iwarp.wire.Ddp;
import io.rtrs.soft.iwarp.wire.Fpdu;
import io.rtrs.soft.iwarp.wire.FpduCrc;
import io.rtrs.soft.iwarp.wire.RdmapOpcode;
import io.rtrs.soft.iwarp.wire.ReceivedTerminate;
import io.rtrs.soft.iwarp.wire.TerminateError;
import io.rtrs.soft.iwarp.wire.TerminateMessage;
import io.rtrs.soft.iwarp.wire.UntaggedHeader;
import io.rtrs.soft.memory.Refusal;
import io.rtrs.soft.work.Status;

import java.lang.foreign.MemorySegment;

/**
 * Ends a connection because of an error: says so to the peer behind the FPDU under way, completes what is to blame, and
 * flushes the rest (spec/iwarp.md 9, 13.3, 15). Or because the peer has said so.
 */
final class Terminator {
    /** No receive is to blame. */
    private static final int NO_RECEIVE = 0;

    private static final int ROOM = Fpdu.size(TerminateMessage.MOST);

    private final QueuePair qp;
    private final OutputQueue output;
    private final ReadsOutstanding reads;
    private final Segment segment;
    private final StreamAttributes attributes;

    Terminator(QueuePair qp, OutputQueue output, ReadsOutstanding reads, Segment segment, StreamAttributes attributes) {
        this.qp = qp;
        this.output = output;
        this.reads = reads;
        this.segment = segment;
        this.attributes = attributes;
    }

    /** What a Write is refused with. */
    TerminateError ofWrite(Refusal refusal) {
        return switch (refusal) {
            case INVALID -> TerminateError.TAGGED_INVALID_STAG;
            case NOT_ASSOCIATED -> TerminateError.TAGGED_NOT_ASSOCIATED;
            case ACCESS -> TerminateError.REMOTE_ACCESS;
            case WRAP -> TerminateError.TAGGED_WRAP;
            case BOUNDS -> TerminateError.TAGGED_BOUNDS;
        };
    }

    /** The segment under way is refused. */
    void refuse(TerminateError error) {
        refuse(error, NO_RECEIVE);
    }

    /** As {@link #refuse(TerminateError)}; the receive that it was for fails. */
    void refuse(TerminateError error, int receiveStatus) {
        if (end(error, error.carriesHeader(), "")) {
            if (receiveStatus != NO_RECEIVE) {
                qp.completeReceive(receiveStatus, 0, 0, 0, 0, true);
            }
            qp.flush();
        }
    }

    /** A segment is refused of which there are no headers that could be sent back. */
    void refuseUnread(TerminateError error) {
        if (end(error, false, "")) {
            qp.flush();
        }
    }

    /** The segment under way is refused, and a work request of ours is to blame or to suffer. */
    void failSend(long sequence, int status, TerminateError error) {
        if (end(error, error.carriesHeader(), "")) {
            failAt(sequence, status);
        }
    }

    /** The oldest send work request cannot be executed here. */
    void failHead(int status) {
        if (end(TerminateError.LOCAL_CATASTROPHIC, false, " of a send work request, status " + status)) {
            qp.completeSend(status);
            qp.flush();
        }
    }

    /** The key of a read that the peer asked for is no longer valid. */
    void keyDied(ReadResponder responder) {
        responder.describe(segment);
        refuse(TerminateError.REMOTE_INVALID_STAG);
    }

    /** Memory that was lent is gone, and so is the rest of what was made of it. */
    void memoryGone(boolean ofAnswer) {
        if (output.isMidFpdu()) {
            output.clear();
            if (qp.end(Ending.Cause.MEMORY_GONE, "registered memory was gone while it was being sent")) {
                failAfterLoss(ofAnswer);
            }
        } else {
            TerminateError error = ofAnswer ? TerminateError.REMOTE_INVALID_STAG : TerminateError.LOCAL_CATASTROPHIC;
            if (end(error, false, ", for memory was gone before it was sent")) {
                failAfterLoss(ofAnswer);
            }
        }
    }

    private void failAfterLoss(boolean ofAnswer) {
        if (!ofAnswer && qp.hasSends()) {
            qp.completeSend(Status.LOC_PROT_ERR);
        }
        qp.flush();
    }

    private void failAt(long sequence, int status) {
        if (sequence != ReadsOutstanding.RTR) {
            qp.flushSendsBefore(sequence);
            qp.completeSend(status);
        }
        qp.flush();
    }

    /** The state is changed, and the Terminate is what is sent last; false if the connection was over before. */
    private boolean end(TerminateError error, boolean withHeader, String of) {
        String text = "Terminate sent: " + error.meaning() + of;
        if (!qp.end(Ending.Cause.TERMINATE_SENT, text)) {
            return false;
        }
        if (output.cut(ROOM)) {
            put(error, withHeader);
        }
        return true;
    }

    private void put(TerminateError error, boolean withHeader) {
        MemorySegment buffer = output.buffer();
        int at = output.at();
        int ddp = at + Fpdu.LENGTH;
        int ulpdu;
        if (withHeader) {
            int header = segment.putDdp(buffer, ddp + TerminateMessage.HEADER);
            boolean read = segment.opcode == RdmapOpcode.READ_REQUEST && error.carriesReadRequest();
            if (read) {
                segment.putRead(buffer, ddp + TerminateMessage.HEADER + header);
            }
            ulpdu = TerminateMessage.put(buffer, ddp, error, segment.ulpdu, header, read);
        } else {
            ulpdu = TerminateMessage.put(buffer, ddp, error);
        }
        Fpdu.putUlpdu(buffer, at, ulpdu);
        Fpdu.putTrailer(buffer, ddp + ulpdu, ulpdu);
        if (attributes.crc()) {
            new FpduCrc(buffer).seal(at);
        }
        output.last(Fpdu.size(ulpdu));
    }

    /**
     * The peer has sent a Terminate, which is never answered. A read that it names fails with what it says.
     *
     * @param at of a ULPDU of any length
     */
    void received(MemorySegment in, long at, int ulpdu) {
        boolean wellFormed = ulpdu >= TerminateMessage.LEAST;
        ReceivedTerminate said = wellFormed ? ReceivedTerminate.read(in, at, attributes.siwOrder()) : null;
        String text = said == null ? "a malformed Terminate" : said.describe();
        if (!qp.end(Ending.Cause.TERMINATE_RECEIVED, "Terminate received: " + text)) {
            return;
        }
        output.cut(0);
        long read = said == null ? ReadsOutstanding.RTR : named(in, at, ulpdu);
        if (said != null && read != ReadsOutstanding.RTR && said.layer() == 0) {
            failAt(read, said.type() == 1 ? Status.REM_ACCESS_ERR : Status.REM_OP_ERR);
        } else {
            qp.flush();
        }
    }

    /** The read or atomic whose header the Terminate has. */
    private long named(MemorySegment in, long at, int ulpdu) {
        long header = at + TerminateMessage.HEADER;
        if (ulpdu < TerminateMessage.HEADER + UntaggedHeader.SIZE) {
            return ReadsOutstanding.RTR;
        }
        RdmapOpcode opcode = RdmapOpcode.of(Ddp.control(in, header));
        boolean asks = opcode == RdmapOpcode.READ_REQUEST || opcode == RdmapOpcode.ATOMIC_REQUEST;
        return asks ? reads.named(UntaggedHeader.msn(in, header)) : ReadsOutstanding.RTR;
    }
}
