package io.rtrs.soft.roce.endpoint;

/** What an endpoint counts, most of it of the datagrams that arrive. */
public enum EndpointCounter {
    /** All of them. */
    RECEIVED("datagrams", "Datagrams that arrived."),
    /** For QP1. */
    MADS("datagrams", "Management datagrams handed to the connection manager."),
    /** For queue pairs. */
    DELIVERED("packets", "Packets handed to queue pairs."),
    /** No RoCE packet, or none that we take. */
    MALFORMED(
            "datagrams",
            "Datagrams dropped: too short, unknown opcode, wrong version, partition, queue pair number or length."),
    /** CNP. */
    CONGESTION("packets", "Congestion notifications that arrived, forged ones and those of strangers included."),
    /** QP1 takes MADs only. */
    NO_MAD("packets", "Packets for QP1 dropped: no management datagram."),
    /** Nobody there. */
    UNKNOWN_QUEUE_PAIR("packets", "Packets dropped: no queue pair has the number, or it is not connected."),
    /** Another sender. */
    FOREIGN("packets", "Packets dropped: they come from another address than the queue pair's peer."),
    /** Damaged. */
    BAD_ICRC("packets", "Packets dropped: their ICRC is wrong."),
    /** Has none. */
    UNSEALED(
            "packets",
            "Packets for queue pairs whose ICRC was not looked at: both ends are on this machine and agreed on it."),
    /** Came to another link. */
    MISDIRECTED(
            "packets",
            "Packets that came to another socket of the address than their queue pair's, and were copied there."),
    /** Came to another link, and too many did. */
    MISDIRECTED_LOST("packets", "The same, dropped because too many waited there already."),
    /** Did not arrive. */
    UNREACHABLE(
            "reports",
            "Reports that packets did not reach a destination; connects and disconnects that nobody answered heed them,"
                    + " and queue pairs whose peer is silent."),
    /** Not sent. */
    MADS_LOST("datagrams", "Management datagrams that could not be sent because the link was full.");

    private final String unit;
    private final String sentence;

    EndpointCounter(String unit, String sentence) {
        this.unit = unit;
        this.sentence = sentence;
    }

    /** What is counted. */
    public String unit() {
        return unit;
    }

    /** What it means. */
    public String sentence() {
        return sentence;
    }
}
