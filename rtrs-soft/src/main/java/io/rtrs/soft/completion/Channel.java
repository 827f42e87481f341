package io.rtrs.soft.completion;

import com.ibm.disni.verbs.IbvContext;
import io.rtrs.verbs.CompletionChannel;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.libc.Errno;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A completion channel: a count of events and a thread that may wait for it. */
public class Channel extends CompletionChannel implements ProviderOwned {
    private final VerbsProvider provider;
    private final AtomicInteger events = new AtomicInteger();
    private volatile boolean woken;
    private volatile @Nullable Thread waiter;

    /** Completion queues that report here. */
    private int queues;

    /** Creates a channel of a device. */
    public Channel(IbvContext context, VerbsProvider provider) throws IOException {
        super(-1, context);
        this.provider = provider;
    }

    /**
     * A completion queue reports here from now on.
     *
     * @throws VerbsException EBADF if the channel is destroyed
     */
    public final synchronized void join() throws VerbsException {
        requireOpen();
        queues++;
    }

    /** One does no more; returns whether that was the last one of a channel that is destroyed. */
    public final synchronized boolean leave() {
        queues--;
        return queues == 0 && !isOpen();
    }

    /**
     * The channel is destroyed: who waits returns, nobody can wait any more. Queues that are left report to nobody.
     *
     * @return whether no queue is left
     */
    public final synchronized boolean retire() throws VerbsException {
        requireOpen();
        close();
        wakeup();
        return queues == 0;
    }

    private void requireOpen() throws VerbsException {
        if (!isOpen()) {
            throw new VerbsException("the completion channel is destroyed", Errno.EBADF);
        }
    }

    /** A completion queue reports. */
    final void event() {
        events.incrementAndGet();
        unpark();
    }

    @Override
    public final void wakeup() {
        woken = true;
        unpark();
    }

    @Override
    public final boolean await(long timeoutNs) throws IOException {
        requireOpen();
        sleep(timeoutNs);
        woken = false;
        return events.getAndSet(0) != 0;
    }

    /** Takes one event; DiSNI's way. */
    public final boolean take(long timeoutNs) throws IOException {
        requireOpen();
        sleep(timeoutNs);
        woken = false;
        return events.getAndUpdate(n -> n == 0 ? 0 : n - 1) != 0;
    }

    /** Whether a wait is over: there is an event, or a wake-up. */
    protected final boolean ready() {
        return events.get() != 0 || woken;
    }

    /** Waits until {@link #ready}, or for the time. */
    protected void sleep(long timeoutNs) throws IOException {
        if (timeoutNs == 0 || ready()) {
            return;
        }
        long start = System.nanoTime();
        waiter = Thread.currentThread();
        try {
            while (!ready()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("interrupted while waiting for a completion event");
                }
                if (timeoutNs < 0) {
                    LockSupport.park(this);
                    continue;
                }
                long left = timeoutNs - (System.nanoTime() - start);
                if (left <= 0) {
                    return;
                }
                LockSupport.parkNanos(this, left);
            }
        } finally {
            waiter = null;
        }
    }

    /** Something happened that a {@link #sleep} may wait for. */
    protected void unpark() {
        Thread sleeper = waiter;
        if (sleeper != null) {
            LockSupport.unpark(sleeper);
        }
    }

    @Override
    public final VerbsProvider provider() {
        return provider;
    }
}
