package io.rtrs.soft.roce.driver.udp;

/**
 * What a link did so far. <b>Threading</b>: written by the link's owner alone; others may read, and see values that are
 * a little old.
 */
public final class LinkCounters {
    /** A value that the driver cannot know. */
    public static final long UNKNOWN = -1;

    long packetsSent;
    long sendCalls;
    long socketFull;
    long packetsRefused;
    int lastErrno;
    long errorsReported;
    long packetsReceived;
    long receiveCalls;
    long truncated;

    /** As the socket last told. */
    int dropsTold;

    long receiveOverflow;

    LinkCounters() {}

    /** Packets that the kernel took. */
    public long packetsSent() {
        return packetsSent;
    }

    /** System calls that sent them. */
    public long sendCalls() {
        return sendCalls;
    }

    /** How often the socket had no room, so that packets had to stay. */
    public long socketFull() {
        return socketFull;
    }

    /** Packets that the kernel refused for another reason, and that were dropped: loss to their queue pair. */
    public long packetsRefused() {
        return packetsRefused;
    }

    /** Why it refused the last of them, a positive errno; 0 if it never did. */
    public int lastErrno() {
        return lastErrno;
    }

    /** Errors that the network reported about packets sent before: nobody at the port, no host, no route. */
    public long errorsReported() {
        return errorsReported;
    }

    /** Datagrams handed to the sink. */
    public long packetsReceived() {
        return packetsReceived;
    }

    /** System calls that asked for datagrams, those that found none included. */
    public long receiveCalls() {
        return receiveCalls;
    }

    /** Receptions that did not fit into a buffer and were dropped. */
    public long truncated() {
        return truncated;
    }

    /** Datagrams that the kernel dropped at the socket, its receive buffer being full; or {@link #UNKNOWN}. */
    public long receiveOverflow() {
        return receiveOverflow;
    }

    /** The socket tells how many it dropped since it was made, modulo 2³². */
    void dropped(int told) {
        receiveOverflow += Integer.toUnsignedLong(told - dropsTold);
        dropsTold = told;
    }

    @Override
    public String toString() {
        return "sent " + packetsSent + " in " + sendCalls + " calls, full " + socketFull + ", refused " + packetsRefused
                + " (errno " + lastErrno + "), reported lost " + errorsReported + ", received " + packetsReceived
                + " in " + receiveCalls
                + " calls, truncated " + truncated + ", overflow " + receiveOverflow;
    }
}
