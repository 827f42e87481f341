package io.rtrs.client.request;

import io.rtrs.core.ConnectionType;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.events.SlowRequest;
import org.jspecify.annotations.Nullable;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * The permits of a session: a bitmap of those that are free, the lowest first, without a lock (spec/rtrs.md 8).
 *
 * <p>Who finds none waits in line. A permit that is put back wakes the first in line; a thread that comes just then may be
 * faster, and the first goes on waiting at the head.
 *
 * <p><b>Allocation:</b> none, but for one queue node when a thread has to wait.
 */
public final class PermitPool {
    private final PermitSlot[] slots;

    /** A set bit is a free permit. */
    private final AtomicLongArray free;

    private final ConcurrentLinkedQueue<Thread> waiters = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;
    private volatile @Nullable Thread closer;

    /** Makes as many free permits as the queue depth. */
    public PermitPool(int queueDepth) {
        this.slots = new PermitSlot[queueDepth];
        this.free = new AtomicLongArray((queueDepth + Long.SIZE - 1) / Long.SIZE);
        for (int id = 0; id < queueDepth; id++) {
            slots[id] = new PermitSlot(id, this);
        }
        for (int word = 0; word < free.length(); word++) {
            int bits = Math.min(Long.SIZE, queueDepth - word * Long.SIZE);
            free.set(word, bits == Long.SIZE ? -1L : (1L << bits) - 1);
        }
    }

    /** Permits there are. */
    public int queueDepth() {
        return slots.length;
    }

    /** The lowest free permit, or null if there is none or the pool is closed. */
    public @Nullable PermitSlot tryGet(ConnectionType type) {
        if (closed) {
            return null;
        }
        for (int word = 0; word < free.length(); word++) {
            long bits = free.get(word);
            while (bits != 0) {
                long lowest = Long.lowestOneBit(bits);
                if (free.compareAndSet(word, bits, bits & ~lowest)) {
                    PermitSlot slot = slots[word * Long.SIZE + Long.numberOfTrailingZeros(lowest)];
                    slot.onGet(type);
                    return slot;
                }
                bits = free.get(word);
            }
        }
        return null;
    }

    /**
     * The lowest free permit; waits for one.
     *
     * @throws RtrsException ESHUTDOWN if the pool is closed, EINTR if the thread is interrupted, and stays so
     */
    public PermitSlot get(ConnectionType type) throws RtrsException {
        PermitSlot slot = tryGet(type);
        return slot != null ? slot : await(type);
    }

    private PermitSlot await(ConnectionType type) throws RtrsException {
        if (!SlowRequest.isWanted()) {
            return awaitInLine(type);
        }
        long beganNs = SlowRequest.nowNs();
        PermitSlot slot = awaitInLine(type);
        slot.waited(SlowRequest.nowNs() - beganNs);
        return slot;
    }

    private PermitSlot awaitInLine(ConnectionType type) throws RtrsException {
        Thread self = Thread.currentThread();
        waiters.add(self);
        try {
            while (true) {
                // After joining the line, so that a permit put back from now on wakes somebody.
                PermitSlot slot = tryGet(type);
                if (slot != null) {
                    return slot;
                }
                if (closed) {
                    throw new RtrsException(Errno.ESHUTDOWN, "the session is closed");
                }
                if (self.isInterrupted()) {
                    throw new RtrsException(Errno.EINTR, "interrupted while waiting for a permit");
                }
                LockSupport.park(this);
            }
        } finally {
            waiters.remove(self);
            // Several permits may have been put back while only the head of the line was woken.
            if (available() > 0) {
                wakeFirst();
            }
        }
    }

    /**
     * Returns a permit.
     *
     * @throws IllegalStateException if it is free already
     */
    public void put(PermitSlot slot) {
        int id = slot.id();
        int word = id / Long.SIZE;
        long bit = 1L << id;
        if (!isHeld(slot)) {
            throw new IllegalStateException("permit " + id + " is not held");
        }
        slot.onPut();
        long bits = free.get(word);
        while (!free.compareAndSet(word, bits, bits | bit)) {
            bits = free.get(word);
            if ((bits & bit) != 0) {
                throw new IllegalStateException("permit " + id + " was put back twice");
            }
        }
        wakeFirst();
        Thread waiting = closer;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    /**
     * Waits until all permits are back; one thread, after {@link #close}.
     *
     * @param clock nanoseconds, compare by subtraction
     * @return false if some were not within the time limit
     */
    public boolean awaitAll(long timeoutNs, LongSupplier clock) {
        long startNs = clock.getAsLong();
        boolean interrupted = false;
        closer = Thread.currentThread();
        long leftNs = timeoutNs;
        while (available() < slots.length && leftNs > 0) {
            LockSupport.parkNanos(this, leftNs);
            interrupted |= Thread.interrupted();
            leftNs = timeoutNs - (clock.getAsLong() - startNs);
        }
        closer = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return available() == slots.length;
    }

    /** Whether somebody has the permit. */
    public boolean isHeld(PermitSlot slot) {
        int id = slot.id();
        return slot.pool() == this && (free.get(id / Long.SIZE) & (1L << id)) == 0;
    }

    /** Free permits at this moment. */
    public int available() {
        int count = 0;
        for (int word = 0; word < free.length(); word++) {
            count += Long.bitCount(free.get(word));
        }
        return count;
    }

    /** Whether nobody gets a permit any more. */
    public boolean isClosed() {
        return closed;
    }

    /** Lets nobody get a permit any more; who waits is told. Permits can still be put back. */
    public void close() {
        closed = true;
        for (Thread waiter : waiters) {
            LockSupport.unpark(waiter);
        }
    }

    private void wakeFirst() {
        Thread first = waiters.peek();
        if (first != null) {
            LockSupport.unpark(first);
        }
    }
}
