package io.rtrs.soft.roce.cm;

/** What happens to a connection: commands, messages, time. */
public enum ConnectionEvent {
    /** Command: ask the peer for a connection. */
    CONNECT("Command: ask the peer for a connection."),
    /** Command: accept the request. */
    ACCEPT("Command: accept the request; the queue pair was connected."),
    /** Command: refuse the request. */
    REFUSE("Command: refuse the request."),
    /** Command: end the connection, or agree to its end. */
    DISCONNECT("Command: end the connection, or agree to its end."),
    /** Command: the consumer forgets the connection. */
    DESTROY("Command: the consumer forgets the connection and hears nothing more of it."),
    /** A REQ made this connection. */
    REQUEST("A REQ arrived that made this connection."),
    /** The same REQ once more. */
    REQUEST_AGAIN("The REQ that made this connection arrived once more."),
    /** A REQ shows that the peer uses the queue pair anew. */
    STALE("A REQ for a new connection of the peer's same queue pair arrived: this connection is dead there."),
    /** An MRA for the REQ. */
    MRA("An MRA arrived: the peer needs time."),
    /** A REP, and the queue pair was connected. */
    REPLY("A REP arrived; if it is the first, the queue pair was connected."),
    /** A REP, and the queue pair could not be connected. */
    REPLY_UNUSABLE("A REP arrived and the queue pair could not be connected."),
    /** A REP from a queue pair that another connection has. */
    REPLY_STALE("A REP arrived from a queue pair that another connection has."),
    /** An RTU. */
    READY("An RTU arrived."),
    /** A request packet came to the queue pair. */
    FIRST_REQUEST("A request packet came to the queue pair, or the consumer said so."),
    /** A REJ. */
    REJECT("A REJ arrived."),
    /** A REJ because the peer holds an older connection. */
    REJECT_STALE("A REJ arrived because the peer still holds an older connection of the queue pair."),
    /** A REJ because the path MTU is too large, and there is a smaller one. */
    REJECT_MTU("A REJ arrived because the peer's link does not carry the path MTU; there is a smaller one to ask for."),
    /** A DREQ for this queue pair. */
    DISCONNECT_REQUEST("A DREQ for this connection and queue pair arrived."),
    /** A DREP. */
    DISCONNECT_REPLY("A DREP arrived."),
    /** The network says that the peer cannot be reached. */
    UNREACHABLE("The network said, often enough to be believed, that the peer cannot be reached."),
    /** The state's time is over and may be begun again. */
    TIMER("The state's time is over and there are retries left."),
    /** The state's time is over for the last time. */
    EXHAUSTED("The state's time is over for the last time.");

    private final String sentence;

    ConnectionEvent(String sentence) {
        this.sentence = sentence;
    }

    /** What it means, in one sentence. */
    public String sentence() {
        return sentence;
    }

    /** Whether it is a command, whose refusal is the caller's error. */
    boolean isCommand() {
        return compareTo(DESTROY) <= 0;
    }
}
