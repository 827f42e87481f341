package io.rtrs.verbs.inprocess;

import io.rtrs.verbs.CompletionChannel;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A completion channel: a count of events and a thread that may wait for it. */
final class Channel extends CompletionChannel implements ProviderOwned {
    /** Completion queues that report here. */
    final AtomicInteger users = new AtomicInteger();

    private final VerbsProvider provider;
    private final AtomicInteger events = new AtomicInteger();
    private volatile boolean woken;
    private volatile @Nullable Thread waiter;

    Channel(Context context) throws IOException {
        super(-1, context);
        this.provider = context.provider();
    }

    /** A completion queue reports. */
    void event() {
        events.incrementAndGet();
        unpark();
    }

    @Override
    public void wakeup() {
        woken = true;
        unpark();
    }

    @Override
    public boolean await(long timeoutNs) throws IOException {
        sleep(timeoutNs);
        woken = false;
        return events.getAndSet(0) != 0;
    }

    /** Takes one event; DiSNI's way. */
    boolean take(long timeoutNs) throws IOException {
        sleep(timeoutNs);
        woken = false;
        return events.getAndUpdate(n -> n == 0 ? 0 : n - 1) != 0;
    }

    private boolean ready() {
        return events.get() != 0 || woken;
    }

    private void sleep(long timeoutNs) throws InterruptedIOException {
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

    private void unpark() {
        Thread sleeper = waiter;
        if (sleeper != null) {
            LockSupport.unpark(sleeper);
        }
    }

    @Override
    public VerbsProvider provider() {
        return provider;
    }
}
