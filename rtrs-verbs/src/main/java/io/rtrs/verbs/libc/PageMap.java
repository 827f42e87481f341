package io.rtrs.verbs.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/** Anonymous pages by {@code mmap} and {@code munmap} of Linux. */
public final class PageMap {
    private static final int PROT_READ_WRITE = 0x1 | 0x2;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;
    private static final long MAP_FAILED = -1;

    /** Null where there is none, its constants are not known here, or native access is denied. */
    private static final @Nullable PageMap INSTANCE = find();

    private final MethodHandle mmap;
    private final MethodHandle munmap;

    private PageMap(MethodHandle mmap, MethodHandle munmap) {
        this.mmap = mmap;
        this.munmap = munmap;
    }

    /** Null where pages cannot be had this way. */
    public static @Nullable PageMap instance() {
        return INSTANCE;
    }

    private static @Nullable PageMap find() {
        if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).equals("linux")) {
            return null;
        }
        try {
            Linker linker = Linker.nativeLinker();
            return new PageMap(
                    linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("mmap"),
                            FunctionDescriptor.of(
                                    ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG)),
                    linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("munmap"),
                            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG)));
        } catch (RuntimeException | UnsatisfiedLinkError unavailable) {
            return null;
        }
    }

    /**
     * New pages.
     *
     * @param bytes at least 1
     * @return the first byte's address, as a segment without length
     * @throws OutOfMemoryError the system has no room for them
     */
    public MemorySegment map(long bytes) {
        MemorySegment pages;
        try {
            pages = (MemorySegment)
                    mmap.invokeExact(MemorySegment.NULL, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
        } catch (Throwable e) {
            throw new AssertionError("mmap declares nothing", e);
        }
        if (pages.address() == MAP_FAILED) {
            throw new OutOfMemoryError("the system maps no " + bytes + " bytes");
        }
        return pages;
    }

    /** Gives pages back; whoever touches them afterwards ends the process. */
    public void unmap(MemorySegment pages, long bytes) {
        int result;
        try {
            result = (int) munmap.invokeExact(pages, bytes);
        } catch (Throwable e) {
            throw new AssertionError("munmap declares nothing", e);
        }
        if (result != 0) {
            throw new AssertionError("munmap of " + bytes + " bytes at " + pages.address());
        }
    }
}
