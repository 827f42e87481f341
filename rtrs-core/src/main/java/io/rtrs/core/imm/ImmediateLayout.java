package io.rtrs.core.imm;

import io.rtrs.core.wire.Protocol;

/**
 * How the payload of a request's immediate is shared between buffer id and offset, which both sides derive from the queue
 * depth (spec/rtrs.md 2).
 *
 * <p><b>Allocation</b>: none after construction. <b>Threading</b>: immutable.
 */
public final class ImmediateLayout {
    private final int queueDepth;
    private final int memBits;
    private final int offsetMask;

    /** Makes the layout for a queue depth of 1 to 65535. */
    public ImmediateLayout(int queueDepth) {
        if (queueDepth < 1 || queueDepth > Protocol.QUEUE_DEPTH_MAX) {
            throw new IllegalArgumentException("queue depth " + queueDepth);
        }
        this.queueDepth = queueDepth;
        this.memBits = Protocol.IMM_PAYLOAD_BITS - Protocol.ceilLog2(queueDepth);
        this.offsetMask = (1 << memBits) - 1;
    }

    /** The queue depth. */
    public int queueDepth() {
        return queueDepth;
    }

    /** The bits of the offset. */
    public int memBits() {
        return memBits;
    }

    /**
     * The immediate of a request.
     *
     * @param bufferId the chunk, below the queue depth
     * @param offset where the RTRS header starts in the chunk: length of data and user header
     */
    public int ioRequest(int bufferId, int offset) {
        if (bufferId < 0 || bufferId >= queueDepth || offset < 0 || offset > offsetMask) {
            throw new IllegalArgumentException("buffer id " + bufferId + ", offset " + offset);
        }
        return (bufferId << memBits) | offset;
    }

    /** The buffer id of a request; the receiver checks it, because it may be the queue depth or more. */
    public int bufferId(int imm) {
        return Immediates.payload(imm) >>> memBits;
    }

    /** The offset of a request; the receiver checks it against the chunk. */
    public int offset(int imm) {
        return imm & offsetMask;
    }
}
