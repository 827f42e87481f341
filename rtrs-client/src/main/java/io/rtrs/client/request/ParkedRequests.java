package io.rtrs.client.request;

import io.rtrs.core.driver.ControlHandler;
import io.rtrs.core.error.Errno;
import io.rtrs.core.work.UserCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The requests of a session that wait for a path, the oldest first, each until its time is over. The claim of a parked
 * request is the table's: it is neither carried nor over, and its permit is busy.
 *
 * <p>A path that has let a request go may hold its memory still. Then it is that path's end that makes the callback of
 * one that is over; all others are returned to the caller, who makes it.
 *
 * <p><b>Threading:</b> {@link #park} and what counts on any thread; the rest is the control thread's.
 * <b>Allocation:</b> some for each request that is parked, of which there are no more than permits.
 */
public final class ParkedRequests {
    private static final Logger LOG = LoggerFactory.getLogger(ParkedRequests.class);

    /** Gives a parked request to a path. */
    @FunctionalInterface
    public interface Giver {
        /**
         * Gives it to a path.
         *
         * @param userHeader valid during the call
         * @return 0, −ECONNABORTED if no path takes it now, or why none ever will
         */
        int give(Request request, MemorySegment userHeader);
    }

    /** How many were parked so far, given to a path, and failed because their time was over. */
    public record Counts(long parked, long given, long expired) {}

    private final long boundNs;
    private final Runnable onParked;

    // Guarded by the lock of this object.
    private final ParkedLine line = new ParkedLine();
    private boolean closed;
    private long parkedEver;
    private long given;
    private long expired;

    /**
     * Nothing is parked.
     *
     * @param boundNs how long a request may wait, 0 for not at all
     * @param onParked told by {@link #park}, and never when the table is closed; waits for nothing
     */
    public ParkedRequests(long boundNs, Runnable onParked) {
        this.boundNs = boundNs;
        this.onParked = onParked;
        this.closed = boundNs == 0;
    }

    /**
     * Parks a claimed request that no path has taken yet.
     *
     * @param userHeader valid during the call
     * @param limits what the session's paths can carry
     * @return 0 if the claim is the table's now; −EMSGSIZE if no path could carry it, −EINVAL if its region was just
     *     closed, −ECONNABORTED if there is no waiting, or no more: then the claim is still the caller's
     */
    public int park(Request request, MemorySegment userHeader, PathLimits limits, long nowNs) {
        if (boundNs == 0) {
            return -Errno.ECONNABORTED;
        }
        int refusal = limits.check(request.direction, userHeader.byteSize(), request.length);
        if (refusal == 0) {
            refusal = request.keepRegion();
        }
        return refusal != 0 ? refusal : add(request, userHeader, nowNs, onParked);
    }

    /**
     * As {@link #park}, with a request that a path has let go, which keeps its region, and which some path could carry.
     */
    public int parkAgain(Request request, MemorySegment userHeader, long nowNs) {
        return boundNs == 0 ? -Errno.ECONNABORTED : add(request, userHeader, nowNs, () -> {});
    }

    private int add(Request request, MemorySegment userHeader, long nowNs, Runnable then) {
        MemorySegment copy = MemorySegment.ofArray(userHeader.toArray(ValueLayout.JAVA_BYTE));
        ParkedLine.Place place = new ParkedLine.Place(request, copy, nowNs + boundNs);
        synchronized (this) {
            if (closed) {
                return -Errno.ECONNABORTED;
            }
            then.run(); // under the lock, for which its consequences wait; and first: if it throws, nothing has changed
            line.add(place);
            parkedEver++;
        }
        return 0;
    }

    /** Whether anything is parked. */
    public boolean isEmpty() {
        return size() == 0;
    }

    /** How many are parked, but for those that are being offered to a path at the moment; any thread. */
    public synchronized int size() {
        return line.size();
    }

    /** What has become of all so far; any thread. */
    public synchronized Counts counts() {
        return new Counts(parkedEver, given, expired);
    }

    /** When the time of the oldest is over, or {@link ControlHandler#NO_DEADLINE}. */
    public synchronized long nextDeadlineNs() {
        ParkedLine.Place oldest = line.peek();
        return oldest == null ? ControlHandler.NO_DEADLINE : oldest.deadlineNs;
    }

    /**
     * Gives each to a path; those that none takes stay, in their order.
     *
     * @return what is over, and is to be called back
     */
    public List<Request> give(Giver to) {
        int count = size(); // what is parked meanwhile comes by itself
        List<Request> due = new ArrayList<>(count); // before anything is taken out, as all that could fail
        ParkedLine stays = new ParkedLine();
        try {
            for (int i = 0; i < count; i++) {
                ParkedLine.Place parked = poll();
                if (parked == null) {
                    break;
                }
                int result = giveOne(to, parked);
                if (result == -Errno.ECONNABORTED) {
                    stays.add(parked);
                } else if (result == 0) {
                    countGiven();
                } else {
                    end(parked.request, result, due);
                }
            }
        } finally {
            putBack(stays);
        }
        return due;
    }

    /** What is thrown fails one request, and keeps no other from its path. */
    private static int giveOne(Giver to, ParkedLine.Place parked) {
        try {
            return to.give(parked.request, parked.userHeader);
        } catch (Throwable e) {
            UserCode.failed(LOG, "giving a request that has waited to a path", e); // a text that needs no memory
            return -Errno.EIO;
        }
    }

    /**
     * Fails those whose time is over.
     *
     * @return what is to be called back
     */
    public List<Request> expire(long nowNs) {
        int count = timeIsOver(nowNs);
        if (count == 0) {
            return List.of();
        }
        List<Request> due = new ArrayList<>(count);
        failOldest(count, due);
        countExpired(count);
        return due;
    }

    /**
     * Fails all, and parks no more.
     *
     * @return what is to be called back
     */
    public List<Request> close() {
        int count;
        synchronized (this) {
            closed = true;
            count = line.size();
        }
        List<Request> due = new ArrayList<>(count);
        failOldest(count, due);
        return due;
    }

    private void failOldest(int count, List<Request> due) {
        for (int i = 0; i < count; i++) {
            ParkedLine.Place parked = poll();
            if (parked != null) {
                end(parked.request, -Errno.ECONNABORTED, due);
            }
        }
    }

    private static void end(Request request, int status, List<Request> due) {
        boolean unheld = request.fail(status);
        if (unheld && request.release()) {
            due.add(request);
        }
    }

    private synchronized ParkedLine.@Nullable Place poll() {
        return line.poll();
    }

    /** They are older than what has come meanwhile. */
    private synchronized void putBack(ParkedLine stays) {
        line.addFirst(stays);
    }

    private synchronized int timeIsOver(long nowNs) {
        return line.countUntil(nowNs);
    }

    private synchronized void countGiven() {
        given++;
    }

    private synchronized void countExpired(int count) {
        expired += count;
    }
}
