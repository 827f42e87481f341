package io.rtrs.soft.roce.rc;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.soft.roce.wire.RoceOpcode;

import java.util.concurrent.TimeUnit;

/**
 * What a queue pair learns when it is connected (spec/rocev2.md 13.6).
 *
 * @param destQp the peer's queue pair
 * @param pathMtu payload of a packet: 256, 512, 1024, 2048 or 4096; 8192 between loopback addresses
 * @param sendPsn number of the first request that leaves (trap: spec/rocev2.md 5.3)
 * @param receivePsn number of the first request that arrives
 * @param remote what the peer may do
 * @param patience how long and how often requests are repeated
 * @param limits what may be outstanding at the peer
 */
public record QpAttributes(
        int destQp, int pathMtu, int sendPsn, int receivePsn, Remote remote, Patience patience, Limits limits) {

    /**
     * What the peer may do here.
     *
     * @param access {@code IbvMr.IBV_ACCESS_REMOTE_*}
     * @param responderResources READs and atomics of the peer that may be outstanding and are remembered; 0: none
     */
    public record Remote(int access, int responderResources) {
        /** The kernel's choice: writes always, the others only where resources were agreed on (spec/rocev2.md 7.5). */
        public static Remote withResources(int responderResources) {
            int others = IbvMr.IBV_ACCESS_REMOTE_READ | IbvMr.IBV_ACCESS_REMOTE_ATOMIC;
            return new Remote(
                    IbvMr.IBV_ACCESS_REMOTE_WRITE | (responderResources > 0 ? others : 0), responderResources);
        }
    }

    /**
     * Repetition.
     *
     * @param ackTimeout code 0..31: the longest wait for an answer is 4.096 µs × 2^code; 0: nothing is ever repeated
     * @param retryCount repetitions without progress. Fewer than {@link #MOST_RETRIES}: n + 1 ACK timeouts without an
     *     acknowledgement are the end; {@link #MOST_RETRIES}: {@code silenceNs} are; {@link #NO_LIMIT} or more: no limit
     * @param rnrRetry repetitions after an RNR NAK without progress, 0..6; 7: no limit
     * @param rnrTimer code 0..31 of the time that a peer waits when no receive is posted here (spec/rocev2.md 6.6)
     * @param silenceNs how long a peer may leave a request unacknowledged; 0: for ever
     */
    public record Patience(int ackTimeout, int retryCount, int rnrRetry, int rnrTimer, long silenceNs) {
        /** The most that the wire can say. rxe repeats for ever then, adapters seven times (spec/rocev2.md 6.7). */
        public static final int MOST_RETRIES = 7;

        /** A retry count that never ends. */
        public static final int NO_LIMIT = 8;

        /**
         * More than RTRS's heartbeats tolerate, which are 30 to 35 s: they decide first, and know the path. Programs
         * without heartbeats notice a dead peer too.
         */
        public static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(40);

        /** The RNR retry count that never ends. */
        public static final int RNR_NO_LIMIT = 7;

        /** With the usual patience for a silent peer. */
        public Patience(int ackTimeout, int retryCount, int rnrRetry, int rnrTimer) {
            this(ackTimeout, retryCount, rnrRetry, rnrTimer, SILENCE_NS);
        }
    }

    /**
     * What may be outstanding at the peer.
     *
     * @param initiatorDepth READs and atomics
     * @param window packets, responses of READs included, whatever the network takes
     * @param initialWindow packets until something of them has arrived
     * @param readChunk packets that one request asks for at most; a longer READ is asked for in several
     */
    public record Limits(int initiatorDepth, int window, int initialWindow, int readChunk) {
        /** What rxe and adapters take (spec/rocev2.md 6.4). */
        public static final int DEFAULT_WINDOW = 128;

        /** What a connection over a network begins with, in packets. */
        public static final int INITIAL_WINDOW = 32;

        /** The whole window from the start, half of it in one request. */
        public Limits(int initiatorDepth, int window) {
            this(initiatorDepth, window, window, Math.max(1, window >> 1));
        }
    }

    /** Checks the ranges. */
    public QpAttributes {
        if (pathMtu < 256 || pathMtu > RoceOpcode.MAX_LOOPBACK_PAYLOAD || Integer.bitCount(pathMtu) != 1) {
            throw new IllegalArgumentException("path MTU " + pathMtu);
        }
        if (limits.window < 1 || limits.window > 1 << 20) {
            throw new IllegalArgumentException("window of " + limits.window);
        }
    }
}
