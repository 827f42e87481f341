package io.rtrs.core.wire;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.ProtocolException;

import java.lang.foreign.MemorySegment;

/** CON_RSP, the server's answer to CON_REQ: private data of an accept or of a reject (spec/rtrs.md 3.2). */
public sealed interface ConRsp {
    /** Writes all 56 bytes of the message to the start of a segment, the reserved ones included. */
    void encode(MemorySegment to);

    /** The 56 bytes of the message. */
    default byte[] encode() {
        byte[] bytes = new byte[Protocol.CON_RSP_SIZE];
        encode(MemorySegment.ofArray(bytes));
        return bytes;
    }

    /**
     * The server accepts, and says how large its memory is. All connections of a path get the same.
     *
     * @param queueDepth number of chunks, 1 to 65535
     * @param maxIoSize largest data of a request in bytes
     * @param maxHeaderSize largest user header and RTRS header together in bytes
     * @param newRkey whether each answer brings a new key for its chunk (mode Y)
     */
    record Accept(int queueDepth, int maxIoSize, int maxHeaderSize, boolean newRkey) implements ConRsp {
        /** Checks the ranges of spec/rtrs.md 3.2 and that buffer ids and offsets fit an immediate. */
        public Accept {
            try {
                validate(queueDepth, maxIoSize, maxHeaderSize);
            } catch (ProtocolException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }

        /** Bytes of one chunk; computed, never transmitted. */
        public int chunkSize() {
            return maxIoSize + maxHeaderSize;
        }

        /** As {@link #decode(MemorySegment)}. */
        public static Accept decode(byte[] privateData) throws ProtocolException {
            return decode(MemorySegment.ofArray(privateData));
        }

        /**
         * Reads and checks the private data of an accept (spec/rtrs.md 5.5). Bytes after the 56th, reserved bytes, unknown
         * flags and the minor version are ignored.
         *
         * @throws ProtocolException with ECONNRESET and the field that is wrong
         */
        public static Accept decode(MemorySegment data) throws ProtocolException {
            checkHeader(data);
            int errno = data.get(Layouts.LE16, OFFSET_ERRNO);
            check(errno == 0, "errno", errno, "must be 0 in an accept");
            int queueDepth = Wire.u16(data, OFFSET_QUEUE_DEPTH);
            long maxIoSize = Wire.u32(data, OFFSET_MAX_IO_SIZE);
            long maxHeaderSize = Wire.u32(data, OFFSET_MAX_HDR_SIZE);
            validate(queueDepth, maxIoSize, maxHeaderSize);
            boolean newRkey = (Wire.u32(data, OFFSET_FLAGS) & Protocol.FLAG_NEW_RKEY) != 0;
            return new Accept(queueDepth, (int) maxIoSize, (int) maxHeaderSize, newRkey);
        }

        @Override
        public void encode(MemorySegment to) {
            MemorySegment data = start(to);
            Wire.put16(data, OFFSET_QUEUE_DEPTH, queueDepth);
            Wire.put32(data, OFFSET_MAX_IO_SIZE, maxIoSize);
            Wire.put32(data, OFFSET_MAX_HDR_SIZE, maxHeaderSize);
            Wire.put32(data, OFFSET_FLAGS, newRkey ? Protocol.FLAG_NEW_RKEY : 0);
        }
    }

    /**
     * The server rejects.
     *
     * @param errno why, negative and not below −32768
     */
    record Reject(int errno) implements ConRsp {
        /** Checks the sign: a reject with errno 0 costs a kernel client 30 seconds (spec/rtrs.md 5.4). */
        public Reject {
            if (errno >= 0 || errno < Short.MIN_VALUE) {
                throw new IllegalArgumentException("errno " + errno + " of a reject");
            }
        }

        /** As {@link #decode(MemorySegment)}. */
        public static Reject decode(byte[] privateData) {
            return decode(MemorySegment.ofArray(privateData));
        }

        /**
         * The errno of a reject with reason 28 (spec/rtrs.md 5.5): magic and version are not looked at. A reject that is too
         * short or names no negative errno counts as −ECONNRESET.
         */
        public static Reject decode(MemorySegment data) {
            int errno = data.byteSize() >= Protocol.CON_RSP_SIZE ? data.get(Layouts.LE16, OFFSET_ERRNO) : 0;
            return new Reject(errno < 0 ? errno : -Errno.ECONNRESET);
        }

        @Override
        public void encode(MemorySegment to) {
            Wire.put16(start(to), OFFSET_ERRNO, errno);
        }
    }

    private static MemorySegment start(MemorySegment to) {
        MemorySegment data = to.asSlice(0, Protocol.CON_RSP_SIZE).fill((byte) 0);
        Wire.put16(data, OFFSET_MAGIC, Protocol.MAGIC);
        Wire.put16(data, OFFSET_VERSION, Protocol.VERSION);
        return data;
    }

    private static void checkHeader(MemorySegment data) throws ProtocolException {
        long size = data.byteSize();
        check(size >= Protocol.CON_RSP_SIZE, "length", size, "at least 56 bytes needed");
        int magic = Wire.u16(data, OFFSET_MAGIC);
        check(magic == Protocol.MAGIC, "magic", magic, "must be 0x1BBD");
        int version = Wire.u16(data, OFFSET_VERSION);
        check(version >> 8 == Protocol.VERSION_MAJOR, "version", version, "the major version must be 2");
    }

    private static void validate(long queueDepth, long maxIoSize, long maxHeaderSize) throws ProtocolException {
        check(
                queueDepth >= 1 && queueDepth <= Protocol.QUEUE_DEPTH_MAX,
                "queue_depth",
                queueDepth,
                "must be 1 to 65535");
        check(maxIoSize >= 1 && maxIoSize <= CHUNK_MAX, "max_io_size", maxIoSize, "must be 1 to 2^28");
        check(
                maxHeaderSize >= HEADER_MIN && maxHeaderSize <= CHUNK_MAX,
                "max_hdr_size",
                maxHeaderSize,
                "must be " + HEADER_MIN + " to 2^28");
        long chunkSize = maxIoSize + maxHeaderSize;
        check(
                Protocol.fitsImmediate((int) queueDepth, (int) chunkSize),
                "queue_depth",
                queueDepth,
                "does not fit 28 bits beside chunks of " + chunkSize + " bytes");
    }

    private static void check(boolean holds, String field, long value, String rule) throws ProtocolException {
        Wire.check(holds, Errno.ECONNRESET, "CON_RSP", field, value, rule);
    }

    /** Offset of {@code magic}. */
    int OFFSET_MAGIC = 0;

    /** Offset of {@code version}. */
    int OFFSET_VERSION = 2;

    /** Offset of {@code errno}. */
    int OFFSET_ERRNO = 4;

    /** Offset of {@code queue_depth}. */
    int OFFSET_QUEUE_DEPTH = 6;

    /** Offset of {@code max_io_size}. */
    int OFFSET_MAX_IO_SIZE = 8;

    /** Offset of {@code max_hdr_size}. */
    int OFFSET_MAX_HDR_SIZE = 12;

    /** Offset of {@code flags}. */
    int OFFSET_FLAGS = 16;

    /** The smallest header area: a READ header with one descriptor. */
    int HEADER_MIN = Protocol.READ_HEADER_SIZE + Protocol.DESCRIPTOR_SIZE;

    /** The largest chunk that offsets of 28 bits can address. */
    long CHUNK_MAX = 1L << Protocol.IMM_PAYLOAD_BITS;
}
