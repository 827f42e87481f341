package io.rtrs.core.state;

/** The states of a server's path (spec/rtrs.md 6.2). */
public enum ServerPathState implements Described {
    CONNECTING("The first connection was accepted; the others and INFO_REQ are awaited, for a bounded time."),
    CONNECTED("INFO_REQ was accepted: requests are taken and answered."),
    CLOSING("Connections are being drained and operations are awaited; nothing is answered any more."),
    CLOSED("Nothing of the path is left.");

    private final String sentence;

    ServerPathState(String sentence) {
        this.sentence = sentence;
    }

    @Override
    public String sentence() {
        return sentence;
    }
}
