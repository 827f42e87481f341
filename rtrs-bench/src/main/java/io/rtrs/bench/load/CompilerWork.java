package io.rtrs.bench.load;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;

/** How busy the virtual machine's compilers are; one thread. */
public final class CompilerWork {
    /** Compilers that take less than this part of the time are quiet. */
    private static final double QUIET = 0.01;

    private final CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
    private final long startNs = System.nanoTime();
    private long lastNs = startNs;
    private long lastCompiledMs = compilers.getTotalCompilationTime();

    /** Since this object was made. */
    public double elapsedSeconds() {
        return (System.nanoTime() - startNs) / 1e9;
    }

    /** Whether the compilers took a noticeable part of the time since the last call. */
    public boolean busy() {
        long nowNs = System.nanoTime();
        long compiledMs = compilers.getTotalCompilationTime();
        double part = (compiledMs - lastCompiledMs) * 1e6 / Math.max(1, nowNs - lastNs);
        lastNs = nowNs;
        lastCompiledMs = compiledMs;
        return part > QUIET;
    }
}
