package io.rtrs.soft.roce.cm.message;

/**
 * What a peer of this project tells about itself in fields that the specification reserves
 * (docs/decisions/0005-what-peers-tell.md).
 *
 * @param receiveBytes the receive buffer of its socket, which all its queue pairs share; 0: it does not tell
 * @param unsealed whether packets between it and this side need no ICRC, as far as it can see
 */
public record Told(int receiveBytes, boolean unsealed) {
    /** Another software, or an older version. */
    public static final Told NOTHING = new Told(0, false);
}
