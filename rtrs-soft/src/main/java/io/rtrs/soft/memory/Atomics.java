package io.rtrs.soft.memory;

import io.rtrs.verbs.memory.MappedFiles;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Atomic operations on eight aligned bytes of a region, in host byte order.
 *
 * <p>The caller has checked key, range and alignment. <b>Errors:</b> {@link IllegalStateException} if the memory was freed
 * under its registration, {@link InternalError} if its file was truncated.
 */
public final class Atomics {
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

    private Atomics() {}

    /** Stores {@code swap} if {@code compare} is there; returns what was there. */
    public static long compareAndSwap(Region region, long address, long compare, long swap) {
        long at = open(region, address);
        long found = (long) WORD.compareAndExchange(region.memory, at, compare, swap);
        close(region);
        return found;
    }

    /** Adds; returns what was there. */
    public static long fetchAndAdd(Region region, long address, long addend) {
        long at = open(region, address);
        long found = (long) WORD.getAndAdd(region.memory, at, addend);
        close(region);
        return found;
    }

    /** Touches the page first: not compiled, an atomic access to one without a file would end the process. */
    private static long open(Region region, long address) {
        long at = address - region.base;
        if (region.mayFault) {
            region.memory.get(ValueLayout.JAVA_LONG, at);
            MappedFiles.throwFault();
        }
        return at;
    }

    private static void close(Region region) {
        if (region.mayFault) {
            MappedFiles.throwFault();
        }
    }
}
