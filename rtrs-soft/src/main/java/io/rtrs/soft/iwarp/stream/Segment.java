package io.rtrs.soft.iwarp.stream;

import io.rtrs.soft.iwarp.wire.Ddp;
import io.rtrs.soft.iwarp.wire.RdmapOpcode;
import io.rtrs.soft.iwarp.wire.ReadRequest;
import io.rtrs.soft.iwarp.wire.TaggedHeader;
import io.rtrs.soft.iwarp.wire.UntaggedHeader;

import java.lang.foreign.MemorySegment;

/** The headers of the segment that is being received, and of the one that is sent back in a Terminate. */
final class Segment {
    RdmapOpcode opcode = RdmapOpcode.SEND;

    /** Bytes of the ULPDU. */
    int ulpdu;

    boolean last;

    // Tagged.
    int stag;
    long to;

    // Untagged.
    int invalidate;
    int queue;
    int msn;
    long mo;

    // Of a Read Request.
    int sinkStag;
    long sinkTo;
    long readLength;
    int sourceStag;
    long sourceTo;

    /** Bytes behind the DDP header. */
    int payload() {
        return ulpdu - opcode.ddpHeader();
    }

    /** Reads the headers of a ULPDU, of which at least those are there. */
    void read(MemorySegment from, long at, RdmapOpcode code, int length) {
        opcode = code;
        ulpdu = length;
        last = Ddp.isLast(Ddp.control(from, at));
        if (code.isTagged()) {
            stag = TaggedHeader.stag(from, at);
            to = TaggedHeader.targetOffset(from, at);
            return;
        }
        invalidate = UntaggedHeader.invalidate(from, at);
        queue = UntaggedHeader.queue(from, at);
        msn = UntaggedHeader.msn(from, at);
        mo = UntaggedHeader.messageOffset(from, at);
        if (code == RdmapOpcode.READ_REQUEST) {
            long request = at + ReadRequest.AT;
            sinkStag = ReadRequest.sinkStag(from, request);
            sinkTo = ReadRequest.sinkTo(from, request);
            readLength = ReadRequest.length(from, request);
            sourceStag = ReadRequest.sourceStag(from, request);
            sourceTo = ReadRequest.sourceTo(from, request);
        }
    }

    /** Makes it a Read Request that was received before. */
    void request(int requestMsn, int sink, long sinkOffset, long length, int source, long sourceOffset) {
        opcode = RdmapOpcode.READ_REQUEST;
        ulpdu = ReadRequest.END;
        last = true;
        invalidate = 0;
        queue = RdmapOpcode.QUEUE_REQUESTS;
        msn = requestMsn;
        mo = 0;
        sinkStag = sink;
        sinkTo = sinkOffset;
        readLength = length;
        sourceStag = source;
        sourceTo = sourceOffset;
    }

    /** Writes the DDP header; returns its length. */
    int putDdp(MemorySegment into, long at) {
        if (opcode.isTagged()) {
            TaggedHeader.put(into, at, opcode, last, stag, to);
        } else {
            UntaggedHeader.put(into, at, opcode, last, invalidate, queue, msn, (int) mo);
        }
        return opcode.ddpHeader();
    }

    /** Writes what a Read Request has behind its DDP header. */
    void putRead(MemorySegment into, long at) {
        ReadRequest.put(into, at, sinkStag, sinkTo, (int) readLength, sourceStag, sourceTo);
    }
}
