package io.rtrs.core.wire;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.ProtocolException;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * INFO_RSP, the server's answer to INFO_REQ: where its chunks are (spec/rtrs.md 3.4).
 *
 * @param descriptors 1 to 65535 pieces of memory, which chunks fill in order
 */
public record InfoRsp(List<Descriptor> descriptors) {
    private static final String NAME = "INFO_RSP";

    /** Checks the count and copies the list. */
    public InfoRsp {
        descriptors = List.copyOf(descriptors);
        if (descriptors.isEmpty() || descriptors.size() > Protocol.QUEUE_DEPTH_MAX) {
            throw new IllegalArgumentException(descriptors.size() + " descriptors");
        }
    }

    /** As {@link #decode(MemorySegment)}. */
    public static InfoRsp decode(byte[] message) throws ProtocolException {
        return decode(MemorySegment.ofArray(message));
    }

    /**
     * Reads a received message and checks its form (spec/rtrs.md 5.6 rule 1): the segment is as long as what arrived. The
     * rules about chunks are checked by {@link #chunkMap}.
     *
     * @throws ProtocolException with ECONNRESET and the field that is wrong
     */
    public static InfoRsp decode(MemorySegment data) throws ProtocolException {
        long size = data.byteSize();
        check(size >= Protocol.INFO_RSP_HEADER_SIZE, "length", size, "at least 8 bytes needed");
        int type = Wire.u16(data, 0);
        check(type == Protocol.TYPE_INFO_RSP, "type", type, "must be 1");
        int count = Wire.u16(data, 2);
        check(count >= 1, "sg_cnt", count, "must be at least 1");
        check(
                size >= Protocol.infoRspSize(count),
                "length",
                size,
                "too short for " + count + " descriptors, which take " + Protocol.infoRspSize(count));
        List<Descriptor> descriptors = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            descriptors.add(Descriptor.read(data, Protocol.infoRspSize(i)));
        }
        return new InfoRsp(descriptors);
    }

    /**
     * Cuts the descriptors into chunks.
     *
     * @param queueDepth the number of chunks, as CON_RSP said
     * @param chunkSize the bytes of one chunk, as CON_RSP said
     * @throws ProtocolException with ECONNRESET and the field that breaks a rule of spec/rtrs.md 5.6
     */
    public ChunkMap chunkMap(int queueDepth, int chunkSize) throws ProtocolException {
        int count = descriptors.size();
        check(
                count <= queueDepth && queueDepth % count == 0,
                "sg_cnt",
                count,
                "must divide the queue depth " + queueDepth);
        check(
                Protocol.fitsImmediate(count, chunkSize),
                "sg_cnt",
                count,
                "does not fit 28 bits beside chunks of " + chunkSize + " bytes");
        long[] addresses = new long[queueDepth];
        int[] rkeys = new int[queueDepth];
        int chunk = 0;
        for (int i = 0; i < count; i++) {
            Descriptor descriptor = descriptors.get(i);
            checkDescriptor(i, descriptor, chunkSize, queueDepth - chunk);
            for (long offset = 0; offset < descriptor.length(); offset += chunkSize) {
                addresses[chunk] = descriptor.address() + offset;
                rkeys[chunk] = descriptor.rkey();
                chunk++;
            }
        }
        check(chunk == queueDepth, "desc length", (long) chunk * chunkSize, "must sum up to " + queueDepth + " chunks");
        return new ChunkMap(addresses, rkeys);
    }

    private static void checkDescriptor(int index, Descriptor descriptor, int chunkSize, int chunksLeft)
            throws ProtocolException {
        String field = "desc[" + index + "].len";
        long length = descriptor.length();
        check(length > 0, field, length, "must not be 0");
        check(length % chunkSize == 0, field, length, "must be a multiple of the chunk size " + chunkSize);
        check(length / chunkSize <= chunksLeft, field, length, "holds more than the " + chunksLeft + " chunks left");
        check(
                Long.compareUnsigned(descriptor.address() + (length - 1), descriptor.address()) >= 0,
                "desc[" + index + "].addr",
                descriptor.address(),
                "the memory would pass the end of the address space");
    }

    /** The bytes of the message: 8 and 16 for each descriptor. */
    public byte[] encode() {
        byte[] bytes = new byte[Protocol.infoRspSize(descriptors.size())];
        encode(MemorySegment.ofArray(bytes));
        return bytes;
    }

    /**
     * Writes the message to the start of a segment, the reserved bytes included.
     *
     * @return the length of the message
     */
    public int encode(MemorySegment to) {
        int count = descriptors.size();
        Wire.put16(to, 0, Protocol.TYPE_INFO_RSP);
        Wire.put16(to, 2, count);
        Wire.put32(to, 4, 0);
        for (int i = 0; i < count; i++) {
            descriptors.get(i).write(to, Protocol.infoRspSize(i));
        }
        return Protocol.infoRspSize(count);
    }

    private static void check(boolean holds, String field, long value, String rule) throws ProtocolException {
        Wire.check(holds, Errno.ECONNRESET, NAME, field, value, rule);
    }
}
