package io.rtrs.soft.iwarp.startup;

/** Why a startup ended without a connection, other than by the peer's refusal. */
public enum StartupFailure {
    /** What came is no startup frame, or the wrong one. */
    MALFORMED("what it sent is no MPA frame: it speaks another protocol"),
    /** A revision that is not known. */
    REVISION("its MPA revision is not known here"),
    /** The peer demands markers. */
    MARKERS("it demands MPA markers, which are not implemented"),
    /** The time is over. */
    TIMEOUT("its MPA frame did not come in time"),
    /** The peer closed the connection. */
    ENDED("it closed the TCP connection before its MPA frame was complete"),
    /** The connection broke. */
    RESET("the TCP connection was reset before its MPA frame was complete"),
    /** The peer wants to read more at once than it was told. */
    INSUFFICIENT_IRD("it wants more reads at once than were offered"),
    /** There is no first message that both know. */
    NO_COMMON_RTR("it agreed to no first message that was offered");

    private final String words;

    StartupFailure(String words) {
        this.words = words;
    }

    /** What it means; "it" is the peer. */
    public String words() {
        return words;
    }
}
