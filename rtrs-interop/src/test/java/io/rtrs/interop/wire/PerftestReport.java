package io.rtrs.interop.wire;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a client of perftest has measured, as it tells it to its server, which prints it: five numbers of eight bytes, each a
 * message, in network order.
 *
 * @param size bytes of a message
 * @param iterations messages
 * @param elapsedNs the time for all
 */
record PerftestReport(int size, int iterations, long elapsedNs) {
    /** Messages of a report. */
    static final int FIELDS = 5;

    private static final double NS = 1e9;

    List<byte[]> encode() {
        double messages = iterations * NS / elapsedNs;
        double bytes = messages * size;
        return List.of(integer(size), integer(iterations), fraction(bytes), fraction(bytes), fraction(messages));
    }

    private static byte[] integer(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    private static byte[] fraction(double value) {
        return ByteBuffer.allocate(Double.BYTES).putDouble(value).array();
    }
}
