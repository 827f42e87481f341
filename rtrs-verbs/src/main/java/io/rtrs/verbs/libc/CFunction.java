package io.rtrs.verbs.libc;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Links functions of the C library, for whoever may call them: the software providers too have their native functions from
 * here, so that a program grants native access to one module.
 *
 * <p><b>Threading:</b> any. <b>Errors:</b> where native access is denied ({@link io.rtrs.verbs.memory.NativeAccess}), {@link
 * IllegalCallerException}; for a function that the C library does not have, {@link java.util.NoSuchElementException}.
 */
public final class CFunction {
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO = STATE.byteOffset(StructLayout.PathElement.groupElement("errno"));

    // One place per thread, made at the thread's first call.
    private static final ThreadLocal<MemorySegment> CAPTURED =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

    private CFunction() {}

    /** A function whose errno nobody asks for. */
    public static MethodHandle plain(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }

    /**
     * A function that takes {@link #state} before its own arguments and leaves its errno there. A call allocates a segment,
     * also when compiled.
     */
    public static MethodHandle capturing(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), type, Linker.Option.captureCallState("errno"));
    }

    /** Where capturing calls of this thread leave their errno. */
    public static MemorySegment state() {
        return CAPTURED.get();
    }

    /** What the last capturing call with that state left; meaningful only if it failed. */
    public static int errno(MemorySegment state) {
        return state.get(ValueLayout.JAVA_INT, ERRNO);
    }
}
