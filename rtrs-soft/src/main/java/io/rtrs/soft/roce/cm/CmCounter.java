package io.rtrs.soft.roce.cm;

/** What a manager counts. */
public enum CmCounter {
    /** Datagrams that came in. */
    RECEIVED("datagrams", "Management datagrams that came in."),
    /** Datagrams sent. */
    SENT("datagrams", "Management datagrams sent."),
    /** Not CM, or a message that this side does not know. */
    NOT_UNDERSTOOD("datagrams", "Datagrams dropped: not connection management of this version, or an unknown message."),
    /** They ask for answers at a port of another service. */
    RESERVED_PORT(
            "datagrams",
            "Datagrams dropped: they ask for answers at the port that they come from, which is below 1024."),
    /** From another address than the connection's. */
    FOREIGN("messages", "Messages dropped: they name a connection of another address."),
    /** For ids that do not exist. */
    UNKNOWN_ID("messages", "Messages for ids that do not exist; a DREQ and a REP are answered, the others dropped."),
    /** DREQ for another queue pair. */
    WRONG_QPN("messages", "DREQs dropped: they name another queue pair."),
    /** In a state where they mean nothing. */
    IGNORED("messages", "Messages that meant nothing in the state of their connection: duplicates, or late."),
    /** REQs that came again. */
    DUPLICATE_REQUESTS("messages", "REQs that came again."),
    /** REQs refused by the manager. */
    REQUESTS_REFUSED(
            "messages", "REQs that the manager refused: nobody listens, bad address, bad path MTU, no room, stale."),
    /** REQs dropped because too many are pending. */
    REQUESTS_DROPPED("messages", "REQs dropped because too many are half-open or undecided."),
    /** Messages sent again. */
    RESENT("messages", "REQs, REPs and DREQs sent again because no answer came."),
    /** Connections that a newer one of the same queue pair ended. */
    STALE("connections", "Connections ended because the peer used their queue pair anew."),
    /** Connections made. */
    ESTABLISHED("connections", "Connections established.");

    private final String unit;
    private final String sentence;

    CmCounter(String unit, String sentence) {
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
