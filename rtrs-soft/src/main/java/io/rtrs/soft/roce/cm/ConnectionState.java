package io.rtrs.soft.roce.cm;

/** Where a connection stands (spec/rocev2.md 13.2, 13.3). */
public enum ConnectionState {
    /** Made, nothing sent and nothing reported. */
    IDLE("Made, nothing sent and nothing reported."),
    /** Active: the REQ is sent and waits for an answer. */
    REQ_SENT("Active: the REQ is sent and waits for an answer."),
    /** Active: the peer said that its answer takes time. */
    MRA_REQ_RCVD("Active: the peer said that its answer to the REQ takes time."),
    /** Passive: the consumer has the request and has not decided. */
    REQ_RCVD("Passive: the consumer has the request and has not decided."),
    /** Passive: as before, and the peer asked again and was told to wait. */
    MRA_REQ_SENT("Passive: the consumer has not decided; the peer asked again and was told to wait."),
    /** Passive: the REP is sent; the queue pair already takes requests. */
    REP_SENT("Passive: the REP is sent and the queue pair takes requests; the RTU is missing."),
    /** Passive: the peer said that its RTU takes time. */
    MRA_REP_RCVD("Passive: the peer said that its answer to the REP takes time."),
    /** Data flows. */
    ESTABLISHED("Both sides may send data."),
    /** This side ended it and waits for the peer's word. */
    DREQ_SENT("This side ended the connection; the peer has not confirmed."),
    /** The peer ended it; this side's consumer has not reacted, its queue pair goes on. */
    DREQ_RCVD("The peer ended the connection; this side's consumer has not reacted and its queue pair goes on."),
    /** Over; late messages are answered and the queue pair's number is not used again. */
    TIMEWAIT("Over; late messages are still answered, the queue pair's number is not used again."),
    /** Over and forgotten by the network; only the consumer's handle is left. */
    CLOSED("Over and forgotten by the network; only the consumer's handle is left.");

    private final String sentence;

    ConnectionState(String sentence) {
        this.sentence = sentence;
    }

    /** What it means, in one sentence. */
    public String sentence() {
        return sentence;
    }

    /** Whether the consumer of the passive side, or its peer, has not yet agreed to a request that came in. */
    boolean isHalfOpen() {
        return isUnanswered() || this == REP_SENT || this == MRA_REP_RCVD;
    }

    /** Whether the consumer of the passive side has not decided. */
    boolean isUnanswered() {
        return this == REQ_RCVD || this == MRA_REQ_SENT;
    }

    /** Whether the active side waits for its answer. */
    boolean isAsking() {
        return this == REQ_SENT || this == MRA_REQ_RCVD;
    }
}
