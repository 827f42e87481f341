package io.rtrs.client.request;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * A line of parked requests, the oldest first. Nothing but a new place in it is allocated, so that nothing in it gets
 * lost where there is no memory left.
 *
 * <p><b>Threading:</b> one thread at a time. <b>Allocation:</b> none.
 */
final class ParkedLine {
    /** A request in its place, with a copy of its header: the caller's header is its own. In one line at a time. */
    static final class Place {
        final Request request;
        final MemorySegment userHeader;
        final long deadlineNs;
        private @Nullable Place next;

        Place(Request request, MemorySegment userHeader, long deadlineNs) {
            this.request = request;
            this.userHeader = userHeader;
            this.deadlineNs = deadlineNs;
        }
    }

    private @Nullable Place first;
    private @Nullable Place last;
    private int size;

    int size() {
        return size;
    }

    /** The oldest, which stays. */
    @Nullable
    Place peek() {
        return first;
    }

    /** How many of the oldest have their deadline then or before. */
    int countUntil(long nowNs) {
        int count = 0;
        for (Place place = first; place != null && nowNs - place.deadlineNs >= 0; place = place.next) {
            count++;
        }
        return count;
    }

    /** Takes the oldest. */
    @Nullable
    Place poll() {
        Place taken = first;
        if (taken != null) {
            first = taken.next;
            taken.next = null;
            if (first == null) {
                last = null;
            }
            size--;
        }
        return taken;
    }

    void add(Place newest) {
        if (last == null) {
            first = newest;
        } else {
            last.next = newest;
        }
        last = newest;
        size++;
    }

    /** Takes all of another line, which are older than what is here. */
    void addFirst(ParkedLine older) {
        Place itsLast = older.last;
        if (itsLast == null) {
            return;
        }
        itsLast.next = first;
        first = older.first;
        if (last == null) {
            last = itsLast;
        }
        size += older.size;
        older.first = null;
        older.last = null;
        older.size = 0;
    }
}
