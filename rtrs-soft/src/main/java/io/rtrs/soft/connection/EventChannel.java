package io.rtrs.soft.connection;

import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.libc.Errno;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Events of the connection manager, in order. */
public final class EventChannel extends RdmaEventChannel implements ProviderOwned {
    /** Ids that report here. */
    public final AtomicInteger users = new AtomicInteger();

    private final VerbsProvider provider;
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private boolean woken;

    /** Creates a channel. */
    public EventChannel(VerbsProvider provider) throws IOException {
        super(-1);
        this.provider = provider;
    }

    /** Appends an event. */
    public synchronized void add(Event event) {
        events.add(event);
        notifyAll();
    }

    /** Ends a wait, now or next. */
    public synchronized void wakeup() {
        woken = true;
        notifyAll();
    }

    /** The next event, or null after the time or a {@link #wakeup}. */
    public synchronized @Nullable Event next(long timeoutMs) throws IOException {
        if (!isOpen()) {
            throw new VerbsException("the event channel is destroyed", Errno.EBADF);
        }
        long start = System.nanoTime();
        try {
            while (events.isEmpty() && !woken && timeoutMs != 0) {
                if (timeoutMs < 0) {
                    wait();
                    continue;
                }
                long leftNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs) - (System.nanoTime() - start);
                if (leftNs <= 0) {
                    break;
                }
                TimeUnit.NANOSECONDS.timedWait(this, leftNs);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a connection-manager event");
        }
        Event event = events.poll();
        if (event == null) {
            woken = false;
        }
        return event;
    }

    /** Drops events that nobody took. */
    public synchronized ArrayDeque<Event> purge(Predicate<Event> which) {
        ArrayDeque<Event> dropped = new ArrayDeque<>();
        events.removeIf(event -> which.test(event) && dropped.add(event));
        return dropped;
    }

    @Override
    public VerbsProvider provider() {
        return provider;
    }
}
