package io.rtrs.soft.roce.cm;

/** What is done on a transition, in the order of the table. */
public enum ConnectionAction {
    /** Sends the REQ, the same bytes each time. */
    SEND_REQ,
    /** Sends the REP, the same bytes each time. */
    SEND_REP,
    /** Sends an RTU. */
    SEND_RTU,
    /** Asks the peer to wait for the consumer. */
    SEND_MRA,
    /** Sends a DREQ. */
    SEND_DREQ,
    /** Answers a DREQ. */
    SEND_DREP,
    /** REJ of the request, reason 28, with the consumer's data. */
    REJECT_REQUEST,
    /** REJ of the request, reason 10. */
    REJECT_REQUEST_STALE,
    /** REJ of the reply, reason 28. */
    REJECT_REPLY,
    /** REJ of the reply, reason 10. */
    REJECT_REPLY_STALE,
    /** REJ of nothing in particular, reason 4. */
    GIVE_UP,
    /** The queue pair flushes. */
    FAIL_QUEUE_PAIR,
    /** Tells the consumer of a request. */
    REPORT_REQUEST,
    /** Tells the consumer that data may flow. */
    REPORT_ESTABLISHED,
    /** Tells the consumer the reason and the data of the REJ. */
    REPORT_REJECTED,
    /** Tells the consumer that reason 10 ended it. */
    REPORT_STALE,
    /** Tells the consumer that its queue pair could not be connected. */
    REPORT_CONNECT_ERROR,
    /** Tells the consumer that nobody answered. */
    REPORT_UNREACHABLE,
    /** Tells the consumer, once, that the connection is over. */
    REPORT_DISCONNECTED,
    /** Tells the consumer, once, that it is over and that the peer never said so. */
    REPORT_DISCONNECT_TIMEOUT,
    /** Tells the consumer that the timewait is over. */
    REPORT_TIMEWAIT_EXIT
}
