package io.rtrs.sim.checker;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Watches what a server process hands to its handler.
 *
 * <p><b>Threading:</b> the world's thread.
 */
public final class HandlerWatch {
    private record Slot(UUID session, int bufferId) {}

    private final Verdict verdict;
    private final Map<Slot, Integer> held = new HashMap<>();
    private final IdentityHashMap<MemorySegment, Set<Long>> seen = new IdentityHashMap<>();

    /** Watches one process. */
    public HandlerWatch(Verdict verdict) {
        this.verdict = verdict;
    }

    /**
     * An operation was handed over.
     *
     * @param chunk the path's chunk, always the same object
     */
    public void handedOver(UUID session, int bufferId, MemorySegment chunk, long io) {
        if (held.merge(new Slot(session, bufferId), 1, Integer::sum) > 1) {
            verdict.broken(
                    Rule.FENCE,
                    "two operations of buffer " + bufferId + " are with the handler; the second is IO " + io);
        }
        if (!seen.computeIfAbsent(chunk, key -> new HashSet<>()).add(io)) {
            verdict.broken(Rule.ONCE_ON_A_PATH, "IO " + io + " was handed over twice on one path");
        }
    }

    /** An operation is about to be answered. */
    public void answering(UUID session, int bufferId) {
        held.merge(new Slot(session, bufferId), -1, Integer::sum);
    }
}
