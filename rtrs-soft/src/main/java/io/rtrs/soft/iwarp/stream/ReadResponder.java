package io.rtrs.soft.iwarp.stream;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.soft.iwarp.wire.AtomicResponse;
import io.rtrs.soft.iwarp.wire.Fpdu;
import io.rtrs.soft.iwarp.wire.RdmapOpcode;
import io.rtrs.soft.iwarp.wire.TaggedHeader;
import io.rtrs.soft.iwarp.wire.UntaggedHeader;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.queue.RemoteMemory;

import java.lang.foreign.MemorySegment;

/**
 * The peer's reads and atomics that are not answered, never more than were agreed on, and the FPDUs of their answers, one
 * for each call (spec/iwarp.md 8.2, 11). What is read is looked up for each FPDU, and never copied whole.
 */
final class ReadResponder {
    private final QueuePair qp;
    private final OutputQueue output;
    private final RemoteMemory memory;
    private final StreamAttributes attributes;
    private int atomicMsn = 1;

    // By index: the request.
    private final boolean[] atomic;
    private final int[] msn;
    private final int[] sinkStag;
    private final long[] sinkTo;
    private final long[] length;
    private final int[] sourceStag;
    private final long[] sourceTo;
    private final long[] original;
    private int first;
    private int count;

    /** Bytes of the oldest one's answer that are made. */
    private long done;

    private boolean begun;

    ReadResponder(QueuePair qp, OutputQueue output, RemoteMemory memory, StreamAttributes attributes) {
        this.qp = qp;
        this.output = output;
        this.memory = memory;
        this.attributes = attributes;
        int depth = attributes.ird();
        atomic = new boolean[depth];
        msn = new int[depth];
        sinkStag = new int[depth];
        sinkTo = new long[depth];
        length = new long[depth];
        sourceStag = new int[depth];
        sourceTo = new long[depth];
        original = new long[depth];
    }

    /** Whether the peer may ask no more now. */
    boolean isFull() {
        return count == atomic.length;
    }

    boolean hasWork() {
        return count > 0;
    }

    /** Whether an answer has begun that nothing else may come into. */
    boolean isMidMessage() {
        return begun;
    }

    /** The peer asks for memory. */
    void read(Segment request) {
        int at = add(false, request.msn);
        sinkStag[at] = request.sinkStag;
        sinkTo[at] = request.sinkTo;
        length[at] = request.readLength;
        sourceStag[at] = request.sourceStag;
        sourceTo[at] = request.sourceTo;
    }

    /** An atomic was executed. */
    void atomic(int requestMsn, int identifier, long found) {
        int at = add(true, requestMsn);
        sinkStag[at] = identifier;
        original[at] = found;
    }

    private int add(boolean isAtomic, int requestMsn) {
        int at = (first + count++) % atomic.length;
        atomic[at] = isAtomic;
        msn[at] = requestMsn;
        return at;
    }

    /** Makes the next FPDU: what {@link Segmenter#make} returns. */
    int make() {
        if (count == 0) {
            return Segmenter.NOTHING;
        }
        return atomic[first] ? makeAtomic() : makeRead();
    }

    private int makeAtomic() {
        RdmapOpcode opcode = RdmapOpcode.ATOMIC_RESPONSE;
        if (!output.begin(Fpdu.size(AtomicResponse.END))) {
            return Segmenter.NO_ROOM;
        }
        MemorySegment buffer = output.buffer();
        int at = output.at();
        Fpdu.putUlpdu(buffer, at, AtomicResponse.END);
        UntaggedHeader.put(buffer, at + Fpdu.LENGTH, opcode, true, 0, atomicMsn++, 0);
        AtomicResponse.put(buffer, at + Fpdu.LENGTH, sinkStag[first], original[first]);
        output.own(Fpdu.LENGTH + AtomicResponse.END);
        output.commit(AtomicResponse.END);
        next();
        return Segmenter.MADE;
    }

    private int makeRead() {
        RdmapOpcode opcode = RdmapOpcode.READ_RESPONSE;
        int payload = (int) Math.min(length[first] - done, attributes.maxPayload(opcode));
        if (!output.begin(Fpdu.LENGTH + TaggedHeader.SIZE + Fpdu.MAX_TRAILER)) {
            return Segmenter.NO_ROOM;
        }
        boolean last = done + payload == length[first];
        int ulpdu = TaggedHeader.SIZE + payload;
        int at = output.at();
        Fpdu.putUlpdu(output.buffer(), at, ulpdu);
        TaggedHeader.put(output.buffer(), at + Fpdu.LENGTH, opcode, last, sinkStag[first], sinkTo[first] + done);
        output.own(Fpdu.LENGTH + TaggedHeader.SIZE);
        int result = payload == 0 ? OutputQueue.GATHERED : gather(sourceTo[first] + done, payload);
        if (result != OutputQueue.GATHERED) {
            output.rollback();
            if (result == OutputQueue.NO_ROOM) {
                return Segmenter.NO_ROOM;
            }
            qp.terminator().keyDied(this);
            return Segmenter.NOTHING;
        }
        output.commit(ulpdu);
        done += payload;
        begun = !last;
        if (last) {
            next();
        }
        return Segmenter.MADE;
    }

    /** What is behind a window is copied, under its monitor: a revocation need not wait for the socket. */
    private int gather(long address, int bytes) {
        int key = sourceStag[first];
        int access = IbvMr.IBV_ACCESS_REMOTE_READ;
        if (memory.window(key) != null) {
            if (!output.hasRoomFor(bytes)) {
                return OutputQueue.NO_ROOM;
            }
            if (!memory.read(key, address, output.buffer(), output.at(), bytes, access)) {
                return OutputQueue.BAD_MEMORY;
            }
            output.own(bytes);
            return OutputQueue.GATHERED;
        }
        Region region = memory.open(key, address, bytes, access);
        return region == null ? OutputQueue.BAD_MEMORY : output.put(region, address, bytes, true);
    }

    private void next() {
        first = first + 1 == atomic.length ? 0 : first + 1;
        count--;
        done = 0;
        begun = false;
    }

    /** Fills in the oldest request, to be sent back. */
    void describe(Segment into) {
        into.request(msn[first], sinkStag[first], sinkTo[first], length[first], sourceStag[first], sourceTo[first]);
    }
}
