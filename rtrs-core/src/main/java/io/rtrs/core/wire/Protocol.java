package io.rtrs.core.wire;

/** The numbers of the protocol (spec/rtrs.md 1), and the relations between them, which are checked when the class is loaded. */
public final class Protocol {
    /** First field of CON_REQ (at offset 2) and CON_RSP (at offset 0). */
    public static final int MAGIC = 0x1BBD;

    /** The major version; the only part of the version that is compared. */
    public static final int VERSION_MAJOR = 2;

    /** The version as sent: major in the high byte, minor in the low byte. */
    public static final int VERSION = VERSION_MAJOR << 8;

    /** Bits of an immediate that hold its type. */
    public static final int IMM_TYPE_BITS = 4;

    /** Bits of an immediate that hold its payload. */
    public static final int IMM_PAYLOAD_BITS = 28;

    /** Bits of an answer's immediate that hold the buffer id. */
    public static final int RSP_ID_BITS = 19;

    /** Bits of an answer's immediate that hold the errno. */
    public static final int RSP_ERRNO_BITS = 9;

    public static final int QUEUE_DEPTH_MAX = 65535;
    public static final int QUEUE_DEPTH_DEFAULT = 512;
    public static final int CHUNK_SIZE_MIN = 8192;
    public static final int CHUNK_SIZE_DEFAULT = 131072;

    /** What this library's server announces as {@code max_hdr_size}. */
    public static final int HEADER_SIZE_MAX_DEFAULT = 4096;

    /** Base of the queue sizes of connection 0. */
    public static final int SERVICE_QUEUE_DEPTH = 512;

    public static final int PATHS_MAX = 128;
    public static final int CONNECTIONS_MAX = 4096;

    /** The limit of 4 KiB segments in one request of a client. */
    public static final int SEGMENTS_MAX = 128;

    /** Size of the name field of INFO_REQ, its terminating zero included. */
    public static final int NAME_FIELD_SIZE = 255;

    public static final int CONNECT_TIMEOUT_MS = 30_000;
    public static final int RECONNECT_BACKOFF_MS = 1_000;
    public static final int HEARTBEAT_INTERVAL_MS = 5_000;
    public static final int HEARTBEAT_MISSED_MAX = 5;
    public static final int LISTEN_BACKLOG = 64;

    /** Retry count and RNR retry count of connect and accept: without limit (spec/rtrs.md 4.3). */
    public static final int RETRY_COUNT = 7;

    /** Reject reason "consumer defined" of the IB connection manager. */
    public static final int REJECT_REASON = 28;

    public static final int TYPE_INFO_REQ = 0;
    public static final int TYPE_INFO_RSP = 1;
    public static final int TYPE_WRITE = 2;
    public static final int TYPE_READ = 3;
    public static final int TYPE_RKEY_RSP = 4;

    /** READ: the client wants its key invalidated by the server. */
    public static final int FLAG_NEED_INVAL = 1;

    /** CON_RSP: every answer carries a new key for the chunk (mode Y, always invalidate). */
    public static final int FLAG_NEW_RKEY = 2;

    public static final int CON_REQ_SIZE = 56;
    public static final int CON_RSP_SIZE = 56;
    public static final int INFO_REQ_SIZE = 272;
    public static final int INFO_RSP_HEADER_SIZE = 8;
    public static final int DESCRIPTOR_SIZE = 16;
    public static final int WRITE_HEADER_SIZE = 4;
    public static final int READ_HEADER_SIZE = 8;
    public static final int RKEY_RSP_SIZE = 8;

    /** Private data of an IB REQ, and the part of it that the connection manager's own IP header takes. */
    public static final int REQ_PRIVATE_DATA_SIZE = 92;

    public static final int CM_HEADER_SIZE = 36;

    static {
        // An immediate is type and payload and nothing else.
        require(IMM_TYPE_BITS + IMM_PAYLOAD_BITS == Integer.SIZE, "type and payload fill the immediate");
        require(RSP_ID_BITS + RSP_ERRNO_BITS == IMM_PAYLOAD_BITS, "id and errno fill the payload of an answer");
        // An answer must be able to name every buffer, and RKEY_RSP names it in 16 bits.
        require(QUEUE_DEPTH_MAX < 1 << RSP_ID_BITS, "every buffer id fits an answer");
        require(QUEUE_DEPTH_MAX <= 0xFFFF, "every buffer id fits RKEY_RSP");
        // A request's immediate holds the buffer id above the offset.
        require(fitsImmediate(QUEUE_DEPTH_DEFAULT, CHUNK_SIZE_DEFAULT), "the defaults fit a request's immediate");
        require(CHUNK_SIZE_DEFAULT > HEADER_SIZE_MAX_DEFAULT, "a chunk holds more than headers");
        require(CHUNK_SIZE_MIN > HEADER_SIZE_MAX_DEFAULT, "the smallest chunk holds more than headers");
        // CON_REQ and the IP header fill the private data of a REQ exactly: CON_REQ cannot grow (spec/rtrs.md 4.2).
        require(CM_HEADER_SIZE + CON_REQ_SIZE == REQ_PRIVATE_DATA_SIZE, "CON_REQ fills the private data");
        require(2 + NAME_FIELD_SIZE + 15 == INFO_REQ_SIZE, "type, name and reserved bytes fill INFO_REQ");
        require(HEADER_SIZE_MAX_DEFAULT > READ_HEADER_SIZE + DESCRIPTOR_SIZE, "a READ fits the header area");
    }

    private Protocol() {}

    /** The number of bits that number n values: 0 for 1, else the bits of n − 1. */
    public static int ceilLog2(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("ceilLog2 of " + n);
        }
        return Integer.SIZE - Integer.numberOfLeadingZeros(n - 1);
    }

    /** Whether buffer ids below {@code count} and offsets below {@code chunkSize} fit one payload together. */
    public static boolean fitsImmediate(int count, int chunkSize) {
        return ceilLog2(count) + ceilLog2(chunkSize) <= IMM_PAYLOAD_BITS;
    }

    /** The size of an INFO_RSP with that many descriptors. */
    public static int infoRspSize(int descriptorCount) {
        return INFO_RSP_HEADER_SIZE + DESCRIPTOR_SIZE * descriptorCount;
    }

    /** The size of a READ header with 0 or 1 descriptors. */
    public static int readHeaderSize(int descriptorCount) {
        return READ_HEADER_SIZE + DESCRIPTOR_SIZE * descriptorCount;
    }

    private static void require(boolean holds, String relation) {
        if (!holds) {
            throw new AssertionError("constants of the protocol: " + relation);
        }
    }
}
