package io.rtrs.interop.rnbd;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.ProtocolException;
import io.rtrs.core.wire.Layouts;

import java.lang.foreign.MemorySegment;

/**
 * A message of RNBD: the user header of an RTRS request, or the data of its answer (spec/rnbd.md 2).
 *
 * <p>Receivers ignore padding and reserved bytes, senders zero them.
 */
public sealed interface RnbdMessage permits SessInfo, SessInfoRsp, OpenReq, OpenRsp, IoReq, CloseReq {
    int TYPE_SESS_INFO = 0;
    int TYPE_SESS_INFO_RSP = 1;
    int TYPE_OPEN = 2;
    int TYPE_OPEN_RSP = 3;
    int TYPE_IO = 4;
    int TYPE_CLOSE = 5;

    /** The protocol's major version; the minor one is not transmitted. */
    int VERSION = 2;

    /** The unit of sectors, whatever the logical block size. */
    int SECTOR_SIZE = 512;

    /** Its length on the wire. */
    int size();

    /** Writes all {@link #size()} bytes to the start of a segment, padding included. */
    void encode(MemorySegment to);

    /** The message's bytes. */
    default byte[] encode() {
        byte[] bytes = new byte[size()];
        encode(MemorySegment.ofArray(bytes));
        return bytes;
    }

    /**
     * Reads a message of any type; the segment is as long as what arrived.
     *
     * @throws ProtocolException with EINVAL for an unknown type or a message that is too short
     */
    static RnbdMessage decode(MemorySegment from) throws ProtocolException {
        require(from, "RNBD message", 2);
        int type = Short.toUnsignedInt(from.get(Layouts.LE16, 0));
        return switch (type) {
            case TYPE_SESS_INFO -> SessInfo.decode(from);
            case TYPE_SESS_INFO_RSP -> SessInfoRsp.decode(from);
            case TYPE_OPEN -> OpenReq.decode(from);
            case TYPE_OPEN_RSP -> OpenRsp.decode(from);
            case TYPE_IO -> IoReq.decode(from);
            case TYPE_CLOSE -> CloseReq.decode(from);
            default ->
                throw new ProtocolException(Errno.EINVAL, "RNBD message", "type", type, "there are types 0 to 5");
        };
    }

    /** Zeroes the message's bytes and writes its type. */
    static MemorySegment start(MemorySegment to, int size, int type) {
        MemorySegment message = to.asSlice(0, size).fill((byte) 0);
        message.set(Layouts.LE16, 0, (short) type);
        return message;
    }

    /** Checks a received message's length. */
    static void require(MemorySegment from, String message, int size) throws ProtocolException {
        if (from.byteSize() < size) {
            throw new ProtocolException(
                    Errno.EINVAL, message, "length", from.byteSize(), "at least " + size + " bytes needed");
        }
    }
}
