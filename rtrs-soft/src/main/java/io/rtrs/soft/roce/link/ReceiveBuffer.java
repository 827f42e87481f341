package io.rtrs.soft.roce.link;

/** How much a socket's receive buffer holds, by the accounting of Linux (spec/rocev2.md 16.4). */
public final class ReceiveBuffer {
    /** The longest headers of a RoCEv2 packet, ICRC included: WRITE ONLY with immediate (spec/rocev2.md 1.5). */
    public static final int LONGEST_HEADERS = 36;

    /** IP and UDP headers, and what the kernel keeps beside the data. */
    private static final int OVERHEAD = 28 + 320;

    private static final int HEADER = 256;

    private ReceiveBuffer() {}

    /**
     * How many single datagrams of a length it holds: the kernel gives twice what it says, and charges each datagram a power
     * of two and a header. Packets that arrive coalesced take less.
     *
     * @param bytes the buffer
     * @param length UDP payload
     */
    public static int datagrams(int bytes, int length) {
        long charged = (long) HEADER + (Integer.highestOneBit(length + OVERHEAD - 1) << 1);
        return (int) (2L * bytes / charged);
    }

    /** The same for the longest packets of a path MTU. */
    public static int packets(int bytes, int pathMtu) {
        return datagrams(bytes, pathMtu + LONGEST_HEADERS);
    }
}
