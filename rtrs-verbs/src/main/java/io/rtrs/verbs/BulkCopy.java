package io.rtrs.verbs;

import io.rtrs.verbs.libc.MemMove;
import io.rtrs.verbs.memory.MappedFiles;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Objects;

/**
 * Copies blocks between native memories. Those of 8 KiB and more are left to the C library, whose {@code memmove} may know
 * better than the JVM what the processor likes: on x86 it writes large blocks without reading the target's cache lines
 * first, and is faster where the target is not in the cache (docs/benchmarks.md).
 *
 * <p>Segments that say that they are mapped files are copied by the JVM, which survives that the file was truncated:
 * {@link #copy} then throws {@link InternalError} itself, where the JVM alone might let the caller's caller have it.
 *
 * <p><b>Threading:</b> any; while a large copy runs, its thread does not come to a safepoint, and what is in a shared arena
 * counts as used in a counter of that arena's. <b>Allocation:</b> none.
 */
public final class BulkCopy {
    /** From so many bytes on the call pays. */
    private static final long LARGE = 8 << 10;

    private BulkCopy() {}

    /**
     * Copies as {@link MemorySegment#copy(MemorySegment, long, MemorySegment, long, long)} does, with its exceptions. While
     * a large copy runs, closing a shared arena that it uses fails.
     *
     * @param length bytes
     * @throws InternalError a page of a mapped file has no file behind it any more; part of the bytes may be copied
     */
    public static void copy(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long length) {
        MethodHandle call = MemMove.HANDLE; // null: the JVM copies everything
        if (length < LARGE || call == null || !suits(from) || !suits(to) || to.isReadOnly()) {
            MemorySegment.copy(from, fromOffset, to, toOffset, length);
            if (from.isMapped() || to.isMapped()) {
                MappedFiles.throwFault();
            }
            return;
        }
        long target = to.address() + Objects.checkFromIndexSize(toOffset, length, to.byteSize());
        long source = from.address() + Objects.checkFromIndexSize(fromOffset, length, from.byteSize());
        try {
            call.invokeExact(target, source, length, to, from);
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
