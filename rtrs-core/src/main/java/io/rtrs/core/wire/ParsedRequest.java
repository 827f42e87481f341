package io.rtrs.core.wire;

import io.rtrs.core.Direction;

/**
 * The fields of one request as copies: the chunk they came from is remotely writable and must not be read a second time
 * (spec/rtrs.md 7.5).
 *
 * <p><b>Ownership</b>: made once per chunk and filled again by {@link RequestParser}. <b>Threading</b>: none of its own.
 * After a failed parse only the fields read before the fault are set, the others are 0.
 */
public final class ParsedRequest {
    int type;
    int offset;
    int userLength;
    int flags;
    int sgCount;
    long address;
    int rkey;
    long length;

    /** Makes an empty holder. */
    public ParsedRequest() {}

    void clear() {
        type = -1;
        offset = 0;
        userLength = 0;
        flags = 0;
        sgCount = 0;
        address = 0;
        rkey = 0;
        length = 0;
    }

    /** The message type as found. */
    public int type() {
        return type;
    }

    /** Which way the data goes; only after a good parse. */
    public Direction direction() {
        return type == Protocol.TYPE_READ ? Direction.READ : Direction.WRITE;
    }

    /** The offset of the RTRS header in the chunk. */
    public int headerOffset() {
        return offset;
    }

    /** The length of the user header. */
    public int userLength() {
        return userLength;
    }

    /** The length of the data before the user header, which is also the offset of the user header. */
    public int dataLength() {
        return offset - userLength;
    }

    /** Number of descriptors; 0 for WRITE. */
    public int sgCount() {
        return sgCount;
    }

    /** Whether the client's key has to be invalidated; false without a descriptor (spec/rtrs.md 7.6). */
    public boolean needInvalidate() {
        return sgCount == 1 && (flags & Protocol.FLAG_NEED_INVAL) != 0;
    }

    /** The client's address of a READ with a descriptor, else 0. */
    public long address() {
        return address;
    }

    /** The client's key of a READ with a descriptor, else 0. */
    public int rkey() {
        return rkey;
    }

    /** The length that a READ wants, 0 without a descriptor; unsigned 32 bits as found. */
    public long length() {
        return length;
    }
}
