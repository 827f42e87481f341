package io.rtrs.soft.connection;

import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.libc.Errno;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * What connection management asks of an id and of arguments before it does anything.
 *
 * <p><b>Errors:</b> EINVAL.
 */
public final class Require {
    private Require() {}

    /** The id must be in one of these states. */
    public static void state(Enum<?> state, Enum<?>... needed) throws VerbsException {
        if (!Arrays.asList(needed).contains(state)) {
            throw new VerbsException("the id is " + state + "; this needs " + Arrays.toString(needed), Errno.EINVAL);
        }
    }

    /** The id must have a queue pair, which is returned. */
    public static <Q> Q queuePair(@Nullable Q qp) throws VerbsException {
        if (qp == null) {
            throw new VerbsException("the id has no queue pair", Errno.EINVAL);
        }
        return qp;
    }

    /** The message must have room for the private data. */
    public static void room(byte[] privateData, int room) throws VerbsException {
        if (privateData.length > room) {
            throw new VerbsException(
                    "private data of " + privateData.length + " bytes; at most " + room + " fit", Errno.EINVAL);
        }
    }
}
