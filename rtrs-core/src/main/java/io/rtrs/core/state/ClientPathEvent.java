package io.rtrs.core.state;

/** What happens to a client's path (spec/rtrs.md 6.1). */
public enum ClientPathEvent implements Described {
    ESTABLISHED("A valid INFO_RSP arrived and the receives of steady state are posted."),
    ERROR("A completion other than a flush failed, the connection manager reported a loss, a message was bad, "
            + "or the heartbeat died."),
    ATTEMPT_FAILED("What a failed attempt to reconnect left behind is cleared; the next attempt may be scheduled."),
    ATTEMPT("The reconnect delay is over: an attempt starts."),
    RECONNECT("Somebody asked for a reconnect by hand."),
    CLOSE("The path or its session is closed, its device goes, attempts are used up, or the open failed."),
    CLOSED("All connections are drained and destroyed."),
    REMOVE("Somebody removes the path from its session.");

    private final String sentence;

    ClientPathEvent(String sentence) {
        this.sentence = sentence;
    }

    @Override
    public String sentence() {
        return sentence;
    }
}
