package io.rtrs.verbs.ibverbs.driver;

import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.ibverbs.ffm.Errno;

import java.util.function.LongToIntFunction;

/**
 * The address of a native object that is destroyed once.
 *
 * <p><b>Threading:</b> {@link #call} and {@link #destroy} exclude each other, so that no call meets a freed object; {@link
 * #address} is for the data path, whose users have stopped before the object is destroyed.
 */
final class NativeHandle {
    private final String what;

    private volatile long address;

    /** Takes over the object; {@code what} names it in messages. */
    NativeHandle(String what, long address) {
        this.what = what;
        this.address = address;
    }

    /** The address; 0 once destroyed. */
    long address() {
        return address;
    }

    /**
     * The address of a live object.
     *
     * @throws VerbsException EBADF if it was destroyed
     */
    long live() throws VerbsException {
        long live = address;
        if (live == 0) {
            throw new VerbsException("the " + what + " was destroyed already", Errno.EBADF);
        }
        return live;
    }

    /** Calls a function that returns 0 or an errno. */
    synchronized void call(String function, LongToIntFunction body) throws VerbsException {
        check(function, body.applyAsInt(live()));
    }

    /** Destroys the object; if the function fails, the object lives on. */
    synchronized void destroy(String function, LongToIntFunction body) throws VerbsException {
        check(function, body.applyAsInt(live()));
        address = 0;
    }

    /** Its owner destroyed the object. */
    synchronized void gone() {
        address = 0;
    }

    private void check(String function, int errno) throws VerbsException {
        if (errno != 0) {
            throw new VerbsException(function + " of the " + what + " failed with errno " + errno, errno);
        }
    }
}
