package io.rtrs.interop.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where perftest's programs send to: what one tells the other of its queue pair and of its memory. With connection
 * management it is one message of 56 bytes, a C structure of them with its numbers in network order.
 *
 * @param reads READs that may be outstanding
 * @param queuePair its number
 * @param rkey of the memory
 * @param address of the memory
 * @param gid of the device, 16 bytes
 */
record PerftestKeys(int reads, int queuePair, int rkey, long address, MemorySegment gid) {
    static final int BYTES = 56;

    private static final int READS = 4;
    private static final int QUEUE_PAIR = 8;
    private static final int RKEY = 16;
    private static final int ADDRESS = 24;
    private static final int GID = 32;
    private static final int GID_BYTES = 16;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** The GID of an address of RoCE: the IPv6 address, or the mapped IPv4 address. */
    static MemorySegment gid(InetAddress address) {
        byte[] raw = address.getAddress();
        ByteBuffer gid = ByteBuffer.allocate(GID_BYTES);
        if (raw.length == Integer.BYTES) {
            gid.putShort(10, (short) 0xffff);
        }
        gid.put(GID_BYTES - raw.length, raw);
        return MemorySegment.ofArray(gid.array());
    }

    /** As a message. LID, the sequence number of queue pairs that connect by hand, and the shared receive queue are 0. */
    byte[] encode() {
        byte[] message = new byte[BYTES];
        MemorySegment to = MemorySegment.ofArray(message);
        to.set(INT, READS, reads);
        to.set(INT, QUEUE_PAIR, queuePair);
        to.set(INT, RKEY, rkey);
        to.set(LONG, ADDRESS, address);
        MemorySegment.copy(gid, 0, to, GID, GID_BYTES);
        return message;
    }

    static PerftestKeys decode(byte[] message) {
        if (message.length != BYTES) {
            throw new AssertionError("keys of " + message.length + " bytes; expected " + BYTES);
        }
        MemorySegment from = MemorySegment.ofArray(message);
        return new PerftestKeys(
                from.get(INT, READS),
                from.get(INT, QUEUE_PAIR),
                from.get(INT, RKEY),
                from.get(LONG, ADDRESS),
                from.asSlice(GID, GID_BYTES));
    }
}
