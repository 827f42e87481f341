package io.rtrs.sim.checker;

import io.rtrs.sim.net.SimNetwork;

import java.lang.foreign.MemorySegment;

/**
 * Reads what hosts write off the wire. A user overwrites his buffer when it is his again; so who sends what he has
 * filled it with has sent from it afterwards: the repetition of a write that was called back too early.
 *
 * <p><b>Threading:</b> the world's thread.
 */
public final class BufferWatch implements SimNetwork.DataListener {
    /** What users fill their buffers with. */
    @FunctionalInterface
    public interface Filling {
        /** Whether that is what the memory begins with. */
        boolean is(MemorySegment memory, long length);
    }

    private final Verdict verdict;
    private final Filling filling;

    /** Has read nothing yet. */
    public BufferWatch(Verdict verdict, Filling filling) {
        this.verdict = verdict;
        this.filling = filling;
    }

    @Override
    public void onData(int from, MemorySegment memory, long offset, int length) {
        if (length >= Long.BYTES && filling.is(memory.asSlice(offset), Long.BYTES)) {
            verdict.broken(Rule.BUFFER_AT_REST, "host " + from + " sends from a buffer that was given back");
        }
    }
}
