package io.rtrs.core.path;

import java.lang.foreign.ValueLayout;

/** Breaks each rule of purity once, for the test of those rules. */
public final class ImpureSample {
    private ImpureSample() {}

    /** A thread's id, the clock, and a raw layout. */
    public static long effects() {
        return Thread.currentThread().threadId() + System.nanoTime() + ValueLayout.JAVA_INT.byteSize();
    }
}
