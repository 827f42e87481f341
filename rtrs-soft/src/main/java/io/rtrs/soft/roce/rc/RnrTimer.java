package io.rtrs.soft.roce.rc;

/** The times of the wire (spec/rocev2.md 6.6, 6.7). */
final class RnrTimer {
    private static final int[] HUNDREDTHS_OF_MS = {
        65536, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096,
        6144, 8192, 12288, 16384, 24576, 32768, 49152
    };

    private RnrTimer() {}

    /** How long a sender waits after an RNR NAK with this code. */
    static long waitNs(int code) {
        return HUNDREDTHS_OF_MS[code & 31] * 10_000L;
    }

    /** How long a sender waits for an acknowledgement; 0: for ever. */
    static long ackTimeoutNs(int code) {
        return (code & 31) == 0 ? 0 : 4096L << (code & 31);
    }
}
