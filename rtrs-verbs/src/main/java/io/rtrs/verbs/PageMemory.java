package io.rtrs.verbs;

import io.rtrs.verbs.libc.PageMap;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory in whole pages that nobody has touched: the system gives a page, and clears it, when it is used first. What
 * {@link Arena#allocate} gives is cleared at once by the thread that asks for it, which for the chunks of a session (64 MiB by
 * default) takes longer than all the rest of opening it.
 *
 * <p>A device that pins what is registered takes all pages when they are registered; software providers do not.
 *
 * <p><b>Threading:</b> any. <b>Ownership:</b> the arena's. The JVM's {@code MaxDirectMemorySize} does not count these pages.
 */
public final class PageMemory {
    /** What a page has at least, and how memory is aligned. */
    public static final long PAGE_BYTES = 4096;

    private PageMemory() {}

    /**
     * Memory that reads as zero, page-aligned. Where the system's pages cannot be had, because it is not Linux or native access is
     * denied, it is the arena's own.
     *
     * @param bytes at least 1
     * @throws OutOfMemoryError there is no room for so much
     */
    public static MemorySegment allocate(Arena arena, long bytes) {
        PageMap pages = PageMap.instance();
        if (pages == null) {
            return arena.allocate(bytes, PAGE_BYTES);
        }
        MemorySegment mapped = pages.map(bytes);
        boolean kept = false;
        try {
            MemorySegment owned = mapped.reinterpret(bytes, arena, gone -> pages.unmap(mapped, bytes));
            kept = true;
            return owned;
        } finally {
            if (!kept) { // the arena is closed, or another thread's
                pages.unmap(mapped, bytes);
            }
        }
    }
}
