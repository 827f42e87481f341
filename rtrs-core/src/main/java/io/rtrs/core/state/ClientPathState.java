package io.rtrs.core.state;

/** The states of a client's path (spec/rtrs.md 6.1). */
public enum ClientPathState implements Described {
    CONNECTING("Connections are being opened and INFO exchanged; no request uses the path."),
    CONNECTING_ERR("The attempt to connect failed and its remains are being cleared."),
    RECONNECTING("The path broke or an attempt failed; it is torn down and waits for its next attempt."),
    CONNECTED("Every connection is up, INFO_RSP is valid, receives are posted: requests may use the path."),
    CLOSING("The path is torn down and will not come back by itself."),
    CLOSED("Nothing of the path is left on the device; it is still listed and may be reconnected by hand."),
    DEAD("The path was removed from its session.");

    private final String sentence;

    ClientPathState(String sentence) {
        this.sentence = sentence;
    }

    @Override
    public String sentence() {
        return sentence;
    }
}
