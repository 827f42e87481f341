package io.rtrs.soft.roce.rc;

/**
 * What a queue pair counts; all start at 0.
 *
 * <p><b>Threading:</b> written by the drive owner; others see values that may be old.
 */
public final class Counters {
    /** Packets written. */
    public long packetsSent;

    /** Packets taken in. */
    public long packetsReceived;

    /** Times that everything from the oldest unacknowledged packet on was sent again. */
    public long resends;

    /** Times that no answer came in time. */
    public long timeouts;

    /** Of these, times that one packet was sent again to find out what had arrived. */
    public long probes;

    /** Sequence NAKs written. */
    public long gapsSeen;

    /** Sequence NAKs read. */
    public long gapsReported;

    /** RNR NAKs written. */
    public long receiverNotReady;

    /** RNR NAKs read. */
    public long peerNotReady;

    /** Requests that had been executed before. */
    public long duplicates;

    /** Packets that fit nothing: stale answers, requests behind a gap, packets in a state that takes none. */
    public long ignored;

    /** The smoothed round trip in nanoseconds; 0: none was measured yet. */
    public long roundTripNs;

    /** How much the round trip varies, in nanoseconds. */
    public long roundTripVariationNs;

    /** Losses that made the congestion window smaller: once for all of a window. */
    public long losses;

    /** Times that what was taken for a loss, or a silence, turned out to be late. */
    public long late;

    /** Congestion notifications of the peer. */
    public long notifications;

    /** Of these, those that made the congestion window smaller. */
    public long notificationsObeyed;

    /** Packets that may be under way now: what the peer, the network and other queue pairs leave. */
    public int window;

    /** When the peer was last heard, by the drive's clock; the time of the connection before that. */
    public long heardNs;

    Counters() {}
}
