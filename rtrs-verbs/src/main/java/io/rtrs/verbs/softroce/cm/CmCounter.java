package io.rtrs.verbs.softroce.cm;

/** What a manager counts. */
public enum CmCounter {
    /** Datagrams that came in. */
    RECEIVED("Management datagrams that came in."),
    /** Datagrams sent. */
    SENT("Management datagrams sent."),
    /** Not CM, or a message that this side does not know. */
    NOT_UNDERSTOOD("Datagrams dropped: not connection management of this version, or an unknown message."),
    /** They ask for answers at a port of another service. */
    RESERVED_PORT("Datagrams dropped: they ask for answers at the port that they come from, which is below 1024."),
    /** From another address than the connection's. */
    FOREIGN("Messages dropped: they name a connection of another address."),
    /** For ids that do not exist. */
    UNKNOWN_ID("Messages for ids that do not exist; a DREQ and a REP are answered, the others dropped."),
    /** DREQ for another queue pair. */
    WRONG_QPN("DREQs dropped: they name another queue pair."),
    /** In a state where they mean nothing. */
    IGNORED("Messages that meant nothing in the state of their connection: duplicates, or late."),
    /** REQs that came again. */
    DUPLICATE_REQUESTS("REQs that came again."),
    /** REQs refused by the manager. */
    REQUESTS_REFUSED("REQs that the manager refused: nobody listens, bad address, bad path MTU, no room, stale."),
    /** REQs dropped because too many are pending. */
    REQUESTS_DROPPED("REQs dropped because too many are half-open or undecided."),
    /** Messages sent again. */
    RESENT("REQs, REPs and DREQs sent again because no answer came."),
    /** Connections that a newer one of the same queue pair ended. */
    STALE("Connections ended because the peer used their queue pair anew."),
    /** Connections made. */
    ESTABLISHED("Connections established.");

    private final String sentence;

    CmCounter(String sentence) {
        this.sentence = sentence;
    }

    /** What is counted. */
    public String sentence() {
        return sentence;
    }
}
