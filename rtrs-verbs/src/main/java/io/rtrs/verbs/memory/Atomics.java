package io.rtrs.verbs.memory;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Atomic operations on eight aligned bytes of a region, in host byte order.
 *
 * <p>The caller has checked key, range and alignment. <b>Errors:</b> {@link IllegalStateException} if the memory was freed
 * under its registration.
 */
public final class Atomics {
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

    private Atomics() {}

    /** Stores {@code swap} if {@code compare} is there; returns what was there. */
    public static long compareAndSwap(Region region, long address, long compare, long swap) {
        return (long) WORD.compareAndExchange(region.memory, address - region.base, compare, swap);
    }

    /** Adds; returns what was there. */
    public static long fetchAndAdd(Region region, long address, long addend) {
        return (long) WORD.getAndAdd(region.memory, address - region.base, addend);
    }
}
