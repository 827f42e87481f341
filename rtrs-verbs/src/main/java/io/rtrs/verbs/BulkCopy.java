package io.rtrs.verbs;

import io.rtrs.verbs.memory.libc.MemMove;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Copies blocks between native memories. Large ones are left to the C library: its {@code memmove} does not read the cache
 * lines that it is going to write, which {@link MemorySegment#copy} does, and is faster where the target is not in the
 * cache.
 *
 * <p>Memory-mapped files are always copied by the JVM, which survives that the file was truncated.
 *
 * <p><b>Threading:</b> any; while a large copy runs, its thread does not come to a safepoint. <b>Allocation:</b> none, once
 * compiled.
 */
public final class BulkCopy {
    /** From so many bytes on the call pays; measured, docs/benchmarks.md. */
    private static final long LARGE = 8 << 10;

    private BulkCopy() {}

    /**
     * Copies as {@link MemorySegment#copy(MemorySegment, long, MemorySegment, long, long)} does, with its exceptions. While
     * a large copy runs, closing a shared arena that it uses fails.
     *
     * @param length bytes
     */
    public static void copy(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long length) {
        MethodHandle call = MemMove.HANDLE; // null: the JVM copies everything
        if (length < LARGE || call == null || !suits(from) || !suits(to) || to.isReadOnly()) {
            MemorySegment.copy(from, fromOffset, to, toOffset, length);
            return;
        }
        MemorySegment target = to.asSlice(toOffset, length);
        MemorySegment source = from.asSlice(fromOffset, length);
        try {
            call.invokeExact(target, source, length);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("memmove declares nothing", e);
        }
    }

    private static boolean suits(MemorySegment memory) {
        return memory.isNative() && !memory.isMapped();
    }
}
