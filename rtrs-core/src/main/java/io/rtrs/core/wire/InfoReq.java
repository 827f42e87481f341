package io.rtrs.core.wire;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.ProtocolException;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * INFO_REQ, the client's first message on connection 0: the name of its session (spec/rtrs.md 3.3).
 *
 * @param sessionName a name that keeps the rules of {@link SessionName}; where a peer chose it, it may contain anything
 *     else, and {@link PeerText} comes between it and a log
 */
public record InfoReq(String sessionName) {
    private static final String NAME = "INFO_REQ";
    private static final int OFFSET_NAME = 2;

    /** Checks the name. */
    public InfoReq {
        String violation = SessionName.violation(sessionName);
        if (violation != null) {
            throw new IllegalArgumentException("session name " + violation);
        }
    }

    /** As {@link #decode(MemorySegment)}. */
    public static InfoReq decode(byte[] message) throws ProtocolException {
        return decode(MemorySegment.ofArray(message));
    }

    /**
     * Reads and checks a received message (spec/rtrs.md 5.6): the segment is as long as what arrived.
     *
     * @throws ProtocolException with EIO for a bad length or type, EINVAL for a bad name
     */
    public static InfoReq decode(MemorySegment data) throws ProtocolException {
        long size = data.byteSize();
        Wire.check(size >= Protocol.INFO_REQ_SIZE, Errno.EIO, NAME, "length", size, "at least 272 bytes needed");
        int type = Wire.u16(data, 0);
        Wire.check(type == Protocol.TYPE_INFO_REQ, Errno.EIO, NAME, "type", type, "must be 0");
        int length = 0;
        while (length < Protocol.NAME_FIELD_SIZE && data.get(Layouts.U8, OFFSET_NAME + length) != 0) {
            length++;
        }
        checkName(length < Protocol.NAME_FIELD_SIZE, length, "the name has no terminating zero");
        byte[] bytes = data.asSlice(OFFSET_NAME, length).toArray(Layouts.U8);
        String name = SessionName.decode(bytes);
        if (name == null) {
            throw new ProtocolException(Errno.EINVAL, NAME, "sessname length", length, "the name is not UTF-8");
        }
        String violation = SessionName.violation(name);
        checkName(violation == null, length, "the name \"" + PeerText.printable(name) + "\" " + violation);
        return new InfoReq(name);
    }

    /** The 272 bytes of the message. */
    public byte[] encode() {
        byte[] bytes = new byte[Protocol.INFO_REQ_SIZE];
        encode(MemorySegment.ofArray(bytes));
        return bytes;
    }

    /** Writes all 272 bytes of the message to the start of a segment, the reserved ones included. */
    public void encode(MemorySegment to) {
        MemorySegment data = to.asSlice(0, Protocol.INFO_REQ_SIZE).fill((byte) 0);
        Wire.put16(data, 0, Protocol.TYPE_INFO_REQ);
        byte[] bytes = sessionName.getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(bytes, 0, data, Layouts.U8, OFFSET_NAME, bytes.length);
    }

    private static void checkName(boolean holds, int length, String rule) throws ProtocolException {
        Wire.check(holds, Errno.EINVAL, NAME, "sessname length", length, rule);
    }
}
