package io.rtrs.verbs.memory;

/**
 * Makes the JVM say at once that mapped memory had no file behind it: one that was truncated, that a full disk could not
 * grow, or that a bad disk could not read.
 *
 * <p>A thread that meets such a page goes on with any value. It gets its {@link InternalError} when it next comes from
 * native code or to a safepoint, which may be behind the {@code try} that the access was in, and anywhere in the callers.
 */
public final class MappedFiles {
    private static final Object ANY = new Object();

    private MappedFiles() {}

    /**
     * Throws what earlier accesses of this thread have caused. The place for it is right behind them, in the same {@code
     * try}. <b>Allocation:</b> none.
     *
     * @throws InternalError a page that was touched has no file behind it
     */
    public static void throwFault() {
        Thread.holdsLock(ANY); // of all native methods one that does next to nothing
    }
}
