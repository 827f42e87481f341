package io.rtrs.sim.world;

/** A world cannot go on. */
public final class WorldException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says why. */
    public WorldException(String message) {
        super(message);
    }
}
