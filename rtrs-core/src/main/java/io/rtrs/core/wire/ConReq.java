package io.rtrs.core.wire;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.ProtocolException;

import java.lang.foreign.MemorySegment;
import java.util.UUID;

/**
 * CON_REQ, the private data of a client's connect request, one per connection (spec/rtrs.md 3.1).
 *
 * <p>{@code pathUuid} is the wire's {@code sess_uuid}, {@code sessionUuid} its {@code paths_uuid}: the names there are
 * historically inverted (spec/rtrs.md 0.1).
 *
 * @param cid index of this connection, below {@code cidNum}
 * @param cidNum connections of the path, 1 to 4096
 * @param reconnectCount connection attempts of the path, low 16 bits; the first attempt sends 1
 * @param pathUuid the path, constant over reconnects
 * @param sessionUuid the session, equal on all its paths
 * @param firstConnection the permission to create the session on the server (spec/rtrs.md 5.1)
 */
public record ConReq(
        int cid, int cidNum, int reconnectCount, UUID pathUuid, UUID sessionUuid, boolean firstConnection) {
    private static final String NAME = "CON_REQ";
    private static final int OFFSET_MAGIC = 2;
    private static final int OFFSET_VERSION = 4;
    private static final int OFFSET_CID = 6;
    private static final int OFFSET_CID_NUM = 8;
    private static final int OFFSET_RECON = 10;
    private static final int OFFSET_PATH_UUID = 12;
    private static final int OFFSET_SESSION_UUID = 28;
    private static final int OFFSET_FIRST = 44;

    /** Checks the ranges; the reconnect count is cut to 16 bits. */
    public ConReq {
        if (cidNum < 1 || cidNum > Protocol.CONNECTIONS_MAX) {
            throw new IllegalArgumentException("cidNum " + cidNum);
        }
        if (cid < 0 || cid >= cidNum) {
            throw new IllegalArgumentException("cid " + cid + " of " + cidNum);
        }
        reconnectCount &= 0xFFFF;
    }

    /** As {@link #decode(MemorySegment)}. */
    public static ConReq decode(byte[] privateData) throws ProtocolException {
        return decode(MemorySegment.ofArray(privateData));
    }

    /**
     * Reads and checks the private data of a connect request: rules 1 to 5 of spec/rtrs.md 5.3, in their order. Bytes after
     * the 56th are padding (AF_IB delivers 92), reserved bytes and the minor version are ignored.
     *
     * @throws ProtocolException with reject errno −104 and the field that is wrong
     */
    public static ConReq decode(MemorySegment data) throws ProtocolException {
        long size = data.byteSize();
        check(size >= Protocol.CON_REQ_SIZE, "length", size, "at least 56 bytes needed");
        check(size <= Protocol.REQ_PRIVATE_DATA_SIZE, "length", size, "a REQ holds at most 92 bytes");
        int magic = Wire.u16(data, OFFSET_MAGIC);
        check(magic == Protocol.MAGIC, "magic", magic, "must be 0x1BBD");
        int version = Wire.u16(data, OFFSET_VERSION);
        check(version >> 8 == Protocol.VERSION_MAJOR, "version", version, "the major version must be 2");
        int cidNum = Wire.u16(data, OFFSET_CID_NUM);
        check(cidNum <= Protocol.CONNECTIONS_MAX, "cid_num", cidNum, "must be at most 4096");
        int cid = Wire.u16(data, OFFSET_CID);
        check(cid < cidNum, "cid", cid, "must be less than cid_num " + cidNum);
        return new ConReq(
                cid,
                cidNum,
                Wire.u16(data, OFFSET_RECON),
                Wire.uuid(data, OFFSET_PATH_UUID),
                Wire.uuid(data, OFFSET_SESSION_UUID),
                (data.get(Layouts.U8, OFFSET_FIRST) & 1) != 0);
    }

    /** The 56 bytes of the message. */
    public byte[] encode() {
        byte[] bytes = new byte[Protocol.CON_REQ_SIZE];
        encode(MemorySegment.ofArray(bytes));
        return bytes;
    }

    /** Writes all 56 bytes of the message to the start of a segment, the reserved ones included. */
    public void encode(MemorySegment to) {
        MemorySegment data = to.asSlice(0, Protocol.CON_REQ_SIZE).fill((byte) 0);
        Wire.put16(data, OFFSET_MAGIC, Protocol.MAGIC);
        Wire.put16(data, OFFSET_VERSION, Protocol.VERSION);
        Wire.put16(data, OFFSET_CID, cid);
        Wire.put16(data, OFFSET_CID_NUM, cidNum);
        Wire.put16(data, OFFSET_RECON, reconnectCount);
        Wire.putUuid(data, OFFSET_PATH_UUID, pathUuid);
        Wire.putUuid(data, OFFSET_SESSION_UUID, sessionUuid);
        data.set(Layouts.U8, OFFSET_FIRST, (byte) (firstConnection ? 1 : 0));
    }

    private static void check(boolean holds, String field, long value, String rule) throws ProtocolException {
        Wire.check(holds, Errno.ECONNRESET, NAME, field, value, rule);
    }
}
