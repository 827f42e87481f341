package io.rtrs.soft.iwarp.stream;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.soft.iwarp.wire.RdmapOpcode;
import io.rtrs.soft.iwarp.wire.TerminateError;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.memory.Window;
import io.rtrs.soft.queue.RemoteMemory;
import io.rtrs.soft.queue.SendQueue;
import io.rtrs.soft.queue.SgeCursor;
import io.rtrs.soft.work.Status;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * Receives Writes and Read Responses: one of them at a time, its segments without a gap (spec/iwarp.md 7.4, 15). Where the
 * data of a read goes our own record says, not the key on the wire.
 */
final class Tagged {
    private static final int WRITES = IbvMr.IBV_ACCESS_REMOTE_WRITE;
    private static final int SINKS = IbvMr.IBV_ACCESS_LOCAL_WRITE;

    private final Terminator terminator;
    private final RemoteMemory memory;
    private final SendQueue sends;
    private final ReadsOutstanding reads;
    private final SendProgress progress;
    private final Segmenter segmenter;
    private final SgeCursor sink;

    /** The message that has begun and not ended. */
    private @Nullable RdmapOpcode message;

    private int stag;
    private long to;

    /** Bytes of the Write before this segment. */
    private long written;

    /** The read that is being answered. */
    private int read;

    Tagged(
            QueuePair qp,
            Terminator terminator,
            RemoteMemory memory,
            SendQueue sends,
            ReadsOutstanding reads,
            SendProgress progress,
            Segmenter segmenter) {
        this.terminator = terminator;
        this.memory = memory;
        this.sends = sends;
        this.reads = reads;
        this.progress = progress;
        this.segmenter = segmenter;
        this.sink = new SgeCursor(qp.domain(), sends.ring);
    }

    /** Checks a segment before any byte of it is placed; false if it was refused. */
    boolean begin(Segment segment) {
        if (message != null && message != segment.opcode) {
            return refuse(TerminateError.UNEXPECTED_OPCODE);
        }
        return segment.opcode == RdmapOpcode.WRITE ? beginWrite(segment) : beginAnswer(segment);
    }

    private boolean refuse(TerminateError error) {
        terminator.refuse(error);
        return false;
    }

    private boolean beginWrite(Segment segment) {
        if (message != null) {
            if (segment.stag != stag) {
                return refuse(TerminateError.TAGGED_INVALID_STAG);
            }
            if (segment.to != to) {
                return refuse(TerminateError.TAGGED_BOUNDS);
            }
        } else {
            stag = segment.stag;
            to = segment.to;
            written = 0;
        }
        int payload = segment.payload();
        if (payload > 0 && !memory.permits(stag, to, payload, WRITES)) {
            return refuse(terminator.ofWrite(memory.refusal(stag, to, payload, WRITES)));
        }
        message = RdmapOpcode.WRITE;
        return true;
    }

    private boolean beginAnswer(Segment segment) {
        int at = message == null ? reads.oldest(false) : read;
        if (at == ReadsOutstanding.NONE) {
            return refuse(TerminateError.UNEXPECTED_OPCODE);
        }
        int payload = segment.payload();
        long after = reads.received(at) + payload;
        if (segment.stag != reads.name(at)) {
            return failRead(at, Status.BAD_RESP_ERR, TerminateError.TAGGED_INVALID_STAG);
        }
        boolean ends = after == reads.length(at);
        if (segment.to != reads.received(at) || after > reads.length(at) || (segment.last && !ends)) {
            return failRead(at, Status.BAD_RESP_ERR, TerminateError.TAGGED_BOUNDS);
        }
        if (message == null && reads.sequence(at) != ReadsOutstanding.RTR) {
            sink.open(sends.ring, sends.slot(reads.sequence(at)));
        }
        if (payload > 0 && !sink.permits(payload, SINKS)) {
            return failRead(at, Status.LOC_PROT_ERR, TerminateError.TAGGED_INVALID_STAG);
        }
        read = at;
        message = RdmapOpcode.READ_RESPONSE;
        return true;
    }

    private boolean failRead(int at, int status, TerminateError error) {
        terminator.failSend(reads.sequence(at), status, error);
        return false;
    }

    /** Copies payload to where it belongs; false if the memory is gone, which was refused. */
    boolean place(MemorySegment from, long at, int bytes) {
        boolean placed = message == RdmapOpcode.WRITE
                ? memory.write(stag, to, from, at, bytes, WRITES)
                : sink.scatter(from, at, bytes);
        if (!placed) {
            return gone();
        }
        moved(bytes);
        return true;
    }

    private void moved(long bytes) {
        if (message == RdmapOpcode.WRITE) {
            to += bytes;
            written += bytes;
        } else {
            reads.placed(read, bytes);
        }
    }

    /** The memory of the segment under way is gone. */
    boolean gone() {
        return message == RdmapOpcode.WRITE
                ? refuse(TerminateError.TAGGED_INVALID_STAG)
                : failRead(read, Status.LOC_PROT_ERR, TerminateError.TAGGED_INVALID_STAG);
    }

    /** The window whose monitor must be held while the socket is read into what {@link #target} says, if there is one. */
    @Nullable
    Window window() {
        return message == RdmapOpcode.WRITE ? memory.window(stag) : null;
    }

    /** Where the next bytes, at most {@code most}, can be read to; adds one piece, and returns its length, or 0. */
    long target(Pieces pieces, long most) {
        if (message == RdmapOpcode.WRITE) {
            Region region = memory.open(stag, to, most, WRITES);
            return region == null ? 0 : Targets.add(pieces, region, to, most);
        }
        return Targets.add(pieces, sink, most);
    }

    /** Bytes were read to where {@link #target} said. */
    void arrived(long bytes) {
        if (message != RdmapOpcode.WRITE) {
            sink.advance(bytes);
        }
        moved(bytes);
    }

    /** The whole FPDU is here, and right; returns the length of a Write that it ends, or 0. */
    long end(Segment segment) {
        boolean write = segment.opcode == RdmapOpcode.WRITE;
        if (!segment.last) {
            return 0;
        }
        message = null;
        if (write) {
            return written;
        }
        long sequence = reads.sequence(read);
        reads.answer(read);
        segmenter.unblock();
        if (sequence != ReadsOutstanding.RTR) {
            progress.answered(sequence);
            progress.settle();
        }
        return 0;
    }
}
