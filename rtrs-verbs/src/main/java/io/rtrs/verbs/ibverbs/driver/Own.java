package io.rtrs.verbs.ibverbs.driver;

import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.ibverbs.ffm.Errno;
import org.jspecify.annotations.Nullable;

/** Tells the handles of this provider from others. */
final class Own {
    private Own() {}

    /**
     * The handle as ours.
     *
     * @throws VerbsException EINVAL if it is another provider's
     */
    static <T> T handle(Class<T> type, @Nullable Object handle) throws VerbsException {
        if (!type.isInstance(handle)) {
            String given = handle == null ? "null" : handle.getClass().getName();
            throw new VerbsException(
                    "expected a " + type.getSimpleName() + " of the ibverbs provider, got " + given, Errno.EINVAL);
        }
        return type.cast(handle);
    }

    /** The address of a new native object, or an exception with errno if there is none. */
    static long made(String function, long address) throws VerbsException {
        if (address == 0) {
            int errno = Errno.last();
            throw new VerbsException(function + " failed with errno " + errno, errno);
        }
        return address;
    }
}
