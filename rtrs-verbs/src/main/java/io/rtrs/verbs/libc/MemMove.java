package io.rtrs.verbs.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** {@code memmove}. */
public final class MemMove {
    /**
     * {@code (long to, long from, long length, MemorySegment ofTo, MemorySegment ofFrom) → void}; null where there is none
     * or native access is denied. The call is critical: its thread does not come to a safepoint before it has returned.
     *
     * <p>{@code memmove} does not know of the last two, which are passed in registers that it need not keep: while the
     * call runs, their arenas cannot be closed. Segments that begin where the bytes do would serve as well, but would have
     * to be made for each call, and the JVM does not always see that nobody keeps them.
     */
    public static final @Nullable MethodHandle HANDLE = find();

    private MemMove() {}

    private static @Nullable MethodHandle find() {
        try {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("memmove"),
                    FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS),
                    Linker.Option.critical(false));
        } catch (RuntimeException | UnsatisfiedLinkError unavailable) {
            return null;
        }
    }
}
