package io.rtrs.sim.checker;

import io.rtrs.sim.world.World;
import org.jspecify.annotations.Nullable;

/**
 * The first rule that was broken, and when. What comes after it may be a consequence.
 *
 * <p><b>Threading:</b> the world's thread.
 */
public final class Verdict {
    private final World world;
    private @Nullable Rule rule;
    private @Nullable String what;
    private long timeNs;

    /** Nothing is broken yet. */
    public Verdict(World world) {
        this.world = world;
    }

    /** A rule is broken. */
    public void broken(Rule which, String how) {
        world.trace().line(world.nowNs(), "BROKEN " + which + ": " + how);
        if (rule == null) {
            rule = which;
            what = how;
            timeNs = world.nowNs();
        }
    }

    /** Whether one is. */
    public boolean isBroken() {
        return rule != null;
    }

    /** The rule, or null. */
    public @Nullable Rule rule() {
        return rule;
    }

    @Override
    public String toString() {
        return rule == null ? "all rules were kept" : rule + " at " + timeNs / 1e6 + " ms: " + what;
    }
}
