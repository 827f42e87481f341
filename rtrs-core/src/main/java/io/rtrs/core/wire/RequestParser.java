package io.rtrs.core.wire;

import java.lang.foreign.MemorySegment;

/**
 * Reads the request that a client wrote into a chunk, trusting nothing of it (spec/rtrs.md 7.4).
 *
 * <p><b>Errors</b>: refusals are negative constants of this class; the server answers none of them but closes the path.
 * <b>Allocation</b>: none, but for {@link #describe}. <b>Threading</b>: without state; the holder belongs to the caller.
 */
public final class RequestParser {
    /** The request is good. */
    public static final int OK = 0;

    /** The buffer id is not below the queue depth. */
    public static final int BAD_BUFFER_ID = -1;

    /** The RTRS header does not lie inside the chunk. */
    public static final int BAD_OFFSET = -2;

    /** The message is neither READ nor WRITE. */
    public static final int BAD_TYPE = -3;

    /** The user header is longer than the space before the RTRS header. */
    public static final int BAD_USER_LENGTH = -4;

    /** A READ has more than one descriptor. */
    public static final int BAD_SG_COUNT = -5;

    /** The descriptor of a READ wants nothing, or more than a chunk. */
    public static final int BAD_DESCRIPTOR_LENGTH = -6;

    /** The descriptor of a READ wants more than the data area of this request holds. */
    public static final int DESCRIPTOR_BEYOND_DATA = -7;

    private RequestParser() {}

    /** Checks the buffer id of a request's immediate: {@link #OK} or {@link #BAD_BUFFER_ID}. */
    public static int checkBufferId(int bufferId, int queueDepth) {
        return bufferId >= 0 && bufferId < queueDepth ? OK : BAD_BUFFER_ID;
    }

    /**
     * Reads one request.
     *
     * @param chunk the chunk, exactly as long as a chunk is
     * @param offset where the immediate says the RTRS header is
     * @param request filled with copies of the fields, each read from the chunk once
     * @return {@link #OK}, or a negative constant of this class
     */
    public static int parse(MemorySegment chunk, int offset, ParsedRequest request) {
        request.clear();
        request.offset = offset;
        long size = chunk.byteSize();
        if (offset < 0 || offset + (long) Protocol.WRITE_HEADER_SIZE > size) {
            return BAD_OFFSET;
        }
        request.type = Wire.u16(chunk, offset);
        if (request.type != Protocol.TYPE_WRITE && request.type != Protocol.TYPE_READ) {
            return BAD_TYPE;
        }
        if (request.type == Protocol.TYPE_READ && offset + (long) Protocol.READ_HEADER_SIZE > size) {
            return BAD_OFFSET;
        }
        int userLength = Wire.u16(chunk, offset + 2L);
        if (request.type == Protocol.TYPE_READ) {
            int code = parseRead(chunk, offset, request);
            if (code != OK) {
                request.userLength = userLength;
                return code;
            }
        }
        request.userLength = userLength;
        // Before any subtraction: the length of the data is offset − userLength.
        if (userLength > offset) {
            return BAD_USER_LENGTH;
        }
        return request.length > offset - userLength ? DESCRIPTOR_BEYOND_DATA : OK;
    }

    private static int parseRead(MemorySegment chunk, int offset, ParsedRequest request) {
        request.flags = Wire.u16(chunk, offset + 4L);
        request.sgCount = Wire.u16(chunk, offset + 6L);
        if (request.sgCount == 0) {
            return OK;
        }
        if (request.sgCount > 1) {
            return BAD_SG_COUNT;
        }
        if (offset + (long) ReadHeaderView.SIZE_WITH_DESCRIPTOR > chunk.byteSize()) {
            return BAD_OFFSET;
        }
        request.address = ReadHeaderView.address(chunk, offset);
        request.rkey = ReadHeaderView.rkey(chunk, offset);
        request.length = ReadHeaderView.length(chunk, offset);
        return request.length == 0 || request.length > chunk.byteSize() ? BAD_DESCRIPTOR_LENGTH : OK;
    }

    /** The words for a code, with field and value; not for the hot path. */
    public static String describe(int code, int bufferId, int queueDepth, int chunkSize, ParsedRequest request) {
        return switch (code) {
            case OK -> "the request is good";
            case BAD_BUFFER_ID -> "IO_REQ.buf_id = " + bufferId + ", must be less than the queue depth " + queueDepth;
            case BAD_OFFSET ->
                "IO_REQ.off = " + request.offset + ", the header does not fit the chunk of " + chunkSize + " bytes";
            case BAD_TYPE -> "request.type = " + request.type + ", must be 2 (WRITE) or 3 (READ)";
            case BAD_USER_LENGTH ->
                "request.usr_len = " + request.userLength + ", more than the offset " + request.offset;
            case BAD_SG_COUNT -> "READ.sg_cnt = " + request.sgCount + ", must be 0 or 1";
            case BAD_DESCRIPTOR_LENGTH -> "READ.desc.len = " + request.length + ", must be 1 to " + chunkSize;
            case DESCRIPTOR_BEYOND_DATA ->
                "READ.desc.len = " + request.length + ", more than the data area of " + request.dataLength();
            default -> throw new IllegalArgumentException("code " + code);
        };
    }
}
