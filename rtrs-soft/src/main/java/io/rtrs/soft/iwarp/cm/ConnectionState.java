package io.rtrs.soft.iwarp.cm;

/** How far a connection is (spec/iwarp.md 16.4). */
public enum ConnectionState {
    /** Nothing happened yet. */
    IDLE("Nothing happened yet."),
    /** Active: TCP is being connected. */
    TCP_CONNECTING("Active: TCP is being connected."),
    /** Active: the request was sent, the reply is awaited. */
    REQ_SENT("Active: the request was sent, the reply is awaited."),
    /** Passive: TCP is connected, the request is awaited. */
    AWAIT_REQ("Passive: TCP is connected, the request is awaited."),
    /** Passive: the consumer has to decide on the request. */
    REQ_RCVD("Passive: the consumer has to decide on the request."),
    /** Passive: accepted; the peer's first message is awaited, and nothing is sent before it. */
    AWAIT_FIRST("Passive: accepted; the peer's first message is awaited, and nothing is sent before it."),
    /** Data flows. */
    ESTABLISHED("Data flows."),
    /** What is left is sent, then FIN; what comes is discarded until the peer's FIN, for two seconds at most. */
    CLOSING("What is left is sent, then FIN; what comes is discarded until the peer's FIN, for two seconds at most."),
    /** The socket is closed. */
    CLOSED("The socket is closed.");

    private final String sentence;

    ConnectionState(String sentence) {
        this.sentence = sentence;
    }

    /** What it means. */
    public String sentence() {
        return sentence;
    }
}
