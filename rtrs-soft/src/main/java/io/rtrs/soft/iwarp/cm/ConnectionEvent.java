package io.rtrs.soft.iwarp.cm;

/** What happens to a connection: commands, the socket, startup frames, the stream, time. */
public enum ConnectionEvent {
    /** Command: ask the peer for a connection. */
    CONNECT("Command: ask the peer for a connection.", true),
    /** Command: accept the request of a peer that need not begin. */
    ACCEPT("Command: accept the request of a peer that need not begin.", true),
    /** Command: accept the request of a peer that begins with a message of its own. */
    ACCEPT_PEER("Command: accept the request of a peer that begins with a message of its own.", true),
    /** Command: refuse the request. */
    REFUSE("Command: refuse the request.", true),
    /** Command: end the connection. */
    DISCONNECT("Command: end the connection.", true),
    /** Command: the consumer forgets the connection and hears nothing more of it. */
    DESTROY("Command: the consumer forgets the connection and hears nothing more of it.", true),
    /** A TCP connection came to a listener. */
    TCP_ACCEPTED("A TCP connection came to a listener.", false),
    /** The peer's TCP answered. */
    TCP_CONNECTED("The peer's TCP answered.", false),
    /** Nobody listens at the peer's port. */
    TCP_REFUSED("Nobody listens at the peer's port.", false),
    /** TCP could not be connected for another reason. */
    TCP_FAILED("TCP could not be connected for another reason.", false),
    /** A valid request is there. */
    REQUEST("A valid request is there.", false),
    /** What came is no request, or one that cannot be accepted. */
    REQUEST_UNUSABLE("What came is no request, or one that cannot be accepted.", false),
    /** The peer accepted. */
    REPLY("The peer accepted.", false),
    /** The peer refused. */
    REPLY_REJECTS("The peer refused.", false),
    /** What came is no reply, or one that this side cannot live with. */
    REPLY_UNUSABLE("What came is no reply, or one that this side cannot live with.", false),
    /** The peer's first message was executed. */
    FIRST_MESSAGE("The peer's first message was executed.", false),
    /** The stream has nothing more to send: it failed, or one side sent a Terminate. */
    STREAM_OVER("The stream has nothing more to send: it failed, or one side sent a Terminate.", false),
    /** FIN arrived, and everything before it was delivered. */
    PEER_ENDED("FIN arrived, and everything before it was delivered.", false),
    /** The connection broke: RST, or TCP gave up. */
    RESET("The connection broke: RST, or TCP gave up.", false),
    /** FIN was sent and has arrived. */
    BOTH_ENDED("FIN was sent and has arrived.", false),
    /** The state's time is over. */
    TIMEOUT("The state's time is over.", false);

    private final String sentence;
    private final boolean command;

    ConnectionEvent(String sentence, boolean command) {
        this.sentence = sentence;
        this.command = command;
    }

    /** What it means. */
    public String sentence() {
        return sentence;
    }

    /** Whether the consumer causes it. */
    public boolean isCommand() {
        return command;
    }
}
