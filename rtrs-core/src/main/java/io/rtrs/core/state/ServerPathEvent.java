package io.rtrs.core.state;

/** What happens to a server's path (spec/rtrs.md 6.2). */
public enum ServerPathEvent implements Described {
    INFO_ACCEPTED("INFO_REQ is valid and every connection of the path is there."),
    CLOSE("A connection was lost, a completion other than a flush failed, a message was bad, the heartbeat died, "
            + "the half-open path timed out, or somebody closes it."),
    CLOSED("All connections are drained and destroyed and every operation is released.");

    private final String sentence;

    ServerPathEvent(String sentence) {
        this.sentence = sentence;
    }

    @Override
    public String sentence() {
        return sentence;
    }
}
