package io.rtrs.interop.wire;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a client of perftest has measured, as it tells it to its server, which prints it: five numbers of eight bytes, each a
 * message, in network order. Bandwidth is in MiB/s, the rate in millions of messages a second.
 *
 * @param size bytes of a message
 * @param iterations messages
 * @param elapsedNs the time for all
 */
record PerftestReport(int size, int iterations, long elapsedNs) {
    /** Messages of a report. */
    static final int FIELDS = 5;

    private static final double NS = 1e9;
    private static final double MIB = 1 << 20;
    private static final double MILLION = 1e6;

    List<byte[]> encode() {
        double messages = iterations * NS / elapsedNs;
        byte[] bandwidth = fraction(messages * size / MIB); // at its best, and on average
        return List.of(integer(size), integer(iterations), bandwidth, bandwidth, fraction(messages / MILLION));
    }

    /**
     * Fails unless the messages tell of so many iterations of this size. How fast they were is nothing to go by: on a busy
     * host perftest finds no frequency of the CPU's clock, and then tells of 0.
     */
    static void check(List<byte[]> messages, int size, int iterations) {
        for (byte[] message : messages) {
            if (message.length != Long.BYTES) {
                throw new AssertionError("a field of " + message.length + " bytes");
            }
        }
        long ofSize = ByteBuffer.wrap(messages.get(0)).getLong();
        long ofIterations = ByteBuffer.wrap(messages.get(1)).getLong();
        if (ofSize != size || ofIterations != iterations) {
            throw new AssertionError("a report of " + ofIterations + " messages of " + ofSize + " bytes; expected "
                    + iterations + " of " + size);
        }
    }

    private static byte[] integer(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    private static byte[] fraction(double value) {
        return ByteBuffer.allocate(Double.BYTES).putDouble(value).array();
    }
}
