package io.rtrs.core.memory;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvPd;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.PageMemory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One piece of native memory ({@link PageMemory}), zero, page-aligned and registered once; its users take slices.
 *
 * <p>Opening and closing a shared arena costs tens of microseconds, so there is one slab per purpose, never one per
 * request.
 *
 * <p><b>Ownership:</b> whoever made the slab closes it, after every queue pair that may reach it was drained or destroyed
 * and every window on it freed. <b>Threading:</b> immutable; {@link #close} once, from any thread.
 */
public final class Slab implements AutoCloseable {
    /** Access for memory that only this side touches. */
    public static final int LOCAL = IbvMr.IBV_ACCESS_LOCAL_WRITE;

    /** Access for memory that the peer writes by the region's own key; remote write needs local write. */
    public static final int REMOTE_WRITE = IbvMr.IBV_ACCESS_LOCAL_WRITE | IbvMr.IBV_ACCESS_REMOTE_WRITE;

    /** Access for memory that the peer writes through windows. */
    public static final int WINDOWS = IbvMr.IBV_ACCESS_LOCAL_WRITE | IbvMr.IBV_ACCESS_MW_BIND;

    private final Arena arena;
    private final MemoryRegion region;
    private boolean closed;

    private Slab(Arena arena, MemoryRegion region) {
        this.arena = arena;
        this.region = region;
    }

    /**
     * Allocates and registers memory.
     *
     * @param bytes at least 1
     * @param access one of the constants, or {@code IbvMr.IBV_ACCESS_*}
     * @throws IOException if it cannot be registered; nothing is left behind
     */
    public static Slab allocate(ExtendedVerbs verbs, IbvPd pd, long bytes, int access) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            MemorySegment memory = PageMemory.allocate(arena, bytes);
            return new Slab(arena, verbs.regMr(pd, memory, access));
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            arena.close();
            throw e;
        }
    }

    /** The registration. */
    public MemoryRegion region() {
        return region;
    }

    /** The memory. */
    public MemorySegment segment() {
        return region.segment();
    }

    /** Address of the byte at {@code offset}. */
    public long address(long offset) {
        return region.segment().address() + offset;
    }

    /** The key for local use. */
    public int lkey() {
        return region.getLkey();
    }

    /** Deregisters, then frees. A second call does nothing; if deregistering fails the memory stays allocated. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        region.deregMr().execute().free();
        closed = true;
        arena.close();
    }
}
