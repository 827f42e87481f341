package io.rtrs.sim.world;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;

/**
 * What happened in a world, as one number: two runs of a seed that went the same way have the same. Of a run that is looked at
 * closely the lines are told, too.
 *
 * <p><b>Threading:</b> the world's thread.
 */
public final class Trace {
    private static final long PRIME = 0x9E37_79B9_7F4A_7C15L;

    private final @Nullable Consumer<String> lines;
    private long hash = 1;
    private long events;

    /**
     * An empty trace.
     *
     * @param lines who is told each line, or null
     */
    public Trace(@Nullable Consumer<String> lines) {
        this.lines = lines;
    }

    /** Whether somebody reads lines. */
    public boolean isRead() {
        return lines != null;
    }

    /** Something happened that these numbers describe. */
    public void note(int kind, long a, long b, long c) {
        events++;
        mix(kind);
        mix(a);
        mix(b);
        mix(c);
    }

    private void mix(long value) {
        hash = Long.rotateLeft((hash ^ value) * PRIME, 31) + value;
    }

    /** A line for who reads; it says in words what was noted in numbers. */
    public void line(long timeNs, String what) {
        if (lines != null) {
            lines.accept(String.format("%14.6f ms  %s", timeNs / 1e6, what));
        }
    }

    /** The number. */
    public long hash() {
        return hash;
    }

    /** How many notes it is of. */
    public long events() {
        return events;
    }
}
