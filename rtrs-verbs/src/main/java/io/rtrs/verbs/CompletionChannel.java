package io.rtrs.verbs;

import com.ibm.disni.verbs.IbvCompChannel;
import com.ibm.disni.verbs.IbvContext;

import java.io.IOException;

/**
 * A completion channel that can be waited on with a time limit and woken.
 *
 * <p>The pattern of an event loop, which loses no completion: poll until empty; {@code reqNotifyCQ}; poll again; only if
 * still empty {@link #await}.
 *
 * <p><b>Threading:</b> one thread waits; any thread wakes.
 */
public abstract class CompletionChannel extends IbvCompChannel {

    /** Called by providers. */
    protected CompletionChannel(int fd, IbvContext context) throws IOException {
        super(fd, context);
    }

    /**
     * Waits for a completion event or a {@link #wakeup}. Takes and acknowledges one event or more; what
     * is left ends the next wait at once. <b>Allocation:</b>
     * none.
     *
     * @param timeoutNs nanoseconds; 0 only looks, negative waits without limit
     * @return whether a completion event was taken
     * @throws java.io.InterruptedIOException if the waiting thread is interrupted, which it stays; providers whose wait is a
     *     system call may notice it only when something comes
     */
    public abstract boolean await(long timeoutNs) throws IOException;

    /** Ends an {@link #await} that is under way, or else the next one. */
    public abstract void wakeup();
}
