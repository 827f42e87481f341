package io.rtrs.soft.roce.rc;

import io.rtrs.verbs.Counter.Kind;

/** The counters of queue pairs, each with its unit and a sentence. */
public enum QueuePairCounter {
    PACKETS_SENT("packets", "Packets that queue pairs wrote."),
    PACKETS_RECEIVED("packets", "Packets that queue pairs took in."),
    RETRANSMISSIONS(
            "times",
            "Times that a queue pair began to send again: after a timeout, a gap that its peer saw, or a peer not ready."),
    TIMEOUTS("times", "Times that a queue pair waited in vain for an answer."),
    PROBES("times", "Of these, times that one packet was sent again to find out what had arrived."),
    GAPS_SEEN("times", "Sequence NAKs written: a packet before the one that came was missing."),
    GAPS_REPORTED("times", "Sequence NAKs read: the peer misses a packet."),
    RECEIVER_NOT_READY("times", "RNR NAKs written: no receive was posted here."),
    PEER_NOT_READY("times", "RNR NAKs read: no receive was posted at the peer."),
    DUPLICATES("packets", "Requests that had been executed before."),
    IGNORED(
            "packets",
            "Packets that fit nothing: stale answers, requests behind a gap, packets in a state that takes none."),
    LOSSES("times", "Losses that made a congestion window smaller, once for all of a window."),
    LATE("times", "Times that what was taken for a loss, or a silence, turned out to be late."),
    NOTIFICATIONS("packets", "Congestion notifications of peers."),
    NOTIFICATIONS_OBEYED("packets", "Of these, those that made a congestion window smaller."),
    WINDOW_LEAST(
            "packets",
            Kind.SMALLEST,
            "What the queue pair that may have the fewest packets under way may have: what peer, network and others leave."),
    ROUND_TRIP_LEAST_US(
            "microseconds", Kind.SMALLEST, "The smoothed round trip of the queue pair that has the shortest one."),
    ROUND_TRIP_MOST_US(
            "microseconds", Kind.LARGEST, "The smoothed round trip of the queue pair that has the longest one.");

    /** {@link #of}: not measured yet. */
    static final long UNKNOWN = -1;

    private final String unit;
    private final Kind kind;
    private final String sentence;

    QueuePairCounter(String unit, String sentence) {
        this(unit, Kind.TOTAL, sentence);
    }

    QueuePairCounter(String unit, Kind kind, String sentence) {
        this.unit = unit;
        this.kind = kind;
        this.sentence = sentence;
    }

    /** What is counted. */
    public String unit() {
        return unit;
    }

    /** How values of several queue pairs become one. */
    public Kind kind() {
        return kind;
    }

    /** What it means. */
    public String sentence() {
        return sentence;
    }

    /** Its value of one queue pair, or {@link #UNKNOWN}. */
    long of(Counters counters) {
        return switch (this) {
            case PACKETS_SENT -> counters.packetsSent;
            case PACKETS_RECEIVED -> counters.packetsReceived;
            case RETRANSMISSIONS -> counters.resends;
            case TIMEOUTS -> counters.timeouts;
            case PROBES -> counters.probes;
            case GAPS_SEEN -> counters.gapsSeen;
            case GAPS_REPORTED -> counters.gapsReported;
            case RECEIVER_NOT_READY -> counters.receiverNotReady;
            case PEER_NOT_READY -> counters.peerNotReady;
            case DUPLICATES -> counters.duplicates;
            case IGNORED -> counters.ignored;
            case LOSSES -> counters.losses;
            case LATE -> counters.late;
            case NOTIFICATIONS -> counters.notifications;
            case NOTIFICATIONS_OBEYED -> counters.notificationsObeyed;
            case WINDOW_LEAST -> counters.window == 0 ? UNKNOWN : counters.window;
            case ROUND_TRIP_LEAST_US, ROUND_TRIP_MOST_US ->
                counters.roundTripNs == 0 ? UNKNOWN : counters.roundTripNs / 1_000;
        };
    }
}
