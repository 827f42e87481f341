package io.rtrs.soft.iwarp.cm;

/** What is done on a transition, in the order of the table. */
public enum ConnectionAction {
    /** Begins to connect TCP. */
    OPEN,
    /** Sends the request. */
    SEND_REQUEST,
    /** Sends the reply that accepts. */
    SEND_REPLY,
    /** Sends the reply that refuses. */
    SEND_REJECT,
    /** Sends what the startup has left to say. */
    SEND_LAST_WORDS,
    /** The queue pair takes over the socket. */
    START_STREAM,
    /** The queue pair flushes, and ends its stream behind the FPDU under way. */
    FAIL_STREAM,
    /** FIN, as soon as everything is sent. */
    SHUT,
    /** The socket is closed. */
    CLOSE,
    /** Tells the consumer of a request. */
    TELL_REQUEST,
    /** Tells the consumer that the connection stands. */
    TELL_ESTABLISHED,
    /** Tells the consumer that nobody listens. */
    TELL_NOBODY,
    /** Tells the consumer that the peer's consumer refused. */
    TELL_REJECTED,
    /** Tells the consumer that the peer hung up instead of answering. */
    TELL_HUNG_UP,
    /** Tells the consumer that the peer's reply cannot be used. */
    TELL_UNUSABLE,
    /** Tells the consumer that the peer is not there. */
    TELL_UNREACHABLE,
    /** Tells the consumer, once, that the connection is over. */
    TELL_DISCONNECTED
}
