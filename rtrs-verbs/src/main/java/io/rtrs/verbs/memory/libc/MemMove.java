package io.rtrs.verbs.memory.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** {@code memmove}. */
public final class MemMove {
    /**
     * {@code (MemorySegment to, MemorySegment from, long length) → void}; null where there is none or native access is
     * denied. The call is critical: its thread does not come to a safepoint before it has returned.
     */
    public static final @Nullable MethodHandle HANDLE = find();

    private MemMove() {}

    private static @Nullable MethodHandle find() {
        try {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("memmove"),
                    FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_LONG),
                    Linker.Option.critical(false));
        } catch (RuntimeException | UnsatisfiedLinkError unavailable) {
            return null;
        }
    }
}
