package io.rtrs.verbs.ibverbs.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/** The errno of each thread's last native call, captured before the JVM can change it; and the numbers that we use. */
public final class Errno {
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EINTR = 4;
    public static final int EPERM = 1;
    public static final int EIO = 5;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int EOPNOTSUPP = 95;
    public static final int EAFNOSUPPORT = 97;

    private static final StructLayout LAYOUT = Linker.Option.captureStateLayout();

    private static final long OFFSET = LAYOUT.byteOffset(StructLayout.PathElement.groupElement("errno"));

    static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");

    // One place per thread, made at the thread's first call.
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(LAYOUT));

    private Errno() {}

    /** Where the calls of this thread leave their errno. */
    static MemorySegment state() {
        return STATE.get();
    }

    /** The errno of this thread's last capturing call; meaningful only if that failed. */
    public static int last() {
        return STATE.get().get(ValueLayout.JAVA_INT, OFFSET);
    }

    /** 0 for a result that is 0, else this thread's errno, or EIO if the library forgot to set it. */
    static int of(int result) {
        if (result == 0) {
            return 0;
        }
        int errno = last();
        return errno == 0 ? EIO : errno;
    }
}
