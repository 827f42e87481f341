package io.rtrs.verbs.memory;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.libc.Errno;

import java.lang.foreign.MemorySegment;

/** What a memory segment says about itself that keeps it from being registered, with any provider. */
public final class Registrable {
    private static final Thread OTHER = new Thread(() -> {});

    private Registrable() {}

    /**
     * Refuses what no provider can register.
     *
     * @throws VerbsException EINVAL: on the heap, empty, or of a confined arena; EFAULT: freed, or read-only with access that
     *     writes
     */
    public static void check(MemorySegment memory, int access) throws VerbsException {
        if (!memory.isNative() || memory.byteSize() == 0) {
            throw new VerbsException(
                    "only native memory of at least one byte can be registered, not " + memory, Errno.EINVAL);
        }
        if (!memory.scope().isAlive()) {
            throw new VerbsException("the memory is freed: its arena is closed", Errno.EFAULT);
        }
        if (!memory.isAccessibleBy(OTHER)) {
            throw new VerbsException(
                    "the memory is of a confined arena, which one thread may use alone; providers use registered memory"
                            + " from others: allocate it in Arena.ofShared(), ofAuto() or global()",
                    Errno.EINVAL);
        }
        if ((access & IbvMr.IBV_ACCESS_LOCAL_WRITE) != 0 && memory.isReadOnly()) {
            throw new VerbsException("the memory is read-only, and write access is asked for", Errno.EFAULT);
        }
    }
}
