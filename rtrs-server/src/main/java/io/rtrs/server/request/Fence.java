package io.rtrs.server.request;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps a session's writes from being overtaken by their own ghosts, when a request moves to another path (
 * docs/decisions/0010).
 *
 * <p>A client sends a buffer id on another path only when its request was answered, or when the path that had it broke. So,
 * where a buffer id arrives while an operation of that id from another path is still with the handler, one of the two is a
 * ghost, and the newer one waits: until the handler has answered the other, and until the client has shown that it still
 * uses the path that the newer one came on. A ghost's path cannot show that. And where a path has fallen silent, an id that
 * arrives on another path is barred from it: what comes late by the silent path is not handed over any more.
 *
 * <p>A <em>strict</em> fence bars nothing. It knows where and when each id was used last, and lets an id in that comes by another
 * path once that is proven later: a heartbeat that was sent on it after that use arrived is acknowledged. Were this one a ghost,
 * its client would have given its path up before it sent what was used last, and would not acknowledge that heartbeat.
 *
 * <p><b>Time</b> is a count of the heartbeats that were sent and of the paths that were made. So it can be said of each of them and
 * of each request which was first, and no clock is read.
 *
 * <p><b>Threading:</b> any thread; an operation enters on its own loop. Without a collision one compare-and-set to enter and
 * one store to leave, on a word of that buffer id; a strict fence also notes path and time beside it. <b>Allocation:</b> none
 * without a collision.
 */
public final class Fence {

    /** An operation, as the fence sees it. */
    interface Fenced {
        int bufferId();

        /** The path that it came on. */
        FencedPath fencedPath();

        /** It was let in: shall go on, on its own loop. */
        void onEntered();

        /** A newer request of the id was let in: this one is a ghost, and will not be. */
        void onSuperseded();
    }

    /** A path, as the fence sees it. */
    public interface FencedPath {
        /** Whether the client has not been heard of on it for longer than it should. */
        boolean isSilent();

        /** What arrives with this buffer id from now on is late: it is handed over only once the path is proven. */
        void bar(int bufferId);

        /** The moment at which it was made, which no other path of the session has: its name here. */
        long madeAt();

        /**
         * The moment of the newest heartbeat that the client has acknowledged on it; at first when it was made, since whoever
         * used an id before that has sent nothing on it before that.
         */
        long provenAt();
    }

    /** No moment: the operation was let in. */
    static final long ENTERED = -1;

    private static final VarHandle HOLDER;

    static {
        try {
            HOLDER = MethodHandles.lookup().findVarHandle(Slot.class, "holder", Fenced.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** One buffer id. */
    private static final class Slot {
        /** What is with the handler, or on its way there. */
        @Nullable
        volatile Fenced holder;

        /** How many wait; written under the lock. */
        volatile int waiting;

        // Where and when it was used last; the holder's. Only where the fence is strict.
        private long lastPath;
        private long lastUse;

        // Guarded by this: in the order of their arrival, and which of them are proven.
        private final List<Fenced> waiters = new ArrayList<>(0);
        private final List<Fenced> proven = new ArrayList<>(0);
    }

    private final Slot[] slots;
    private final Collection<? extends FencedPath> paths;
    private final boolean strict;

    /** The newest moment. */
    private final AtomicLong clock = new AtomicLong();

    /** How many paths are silent. */
    private final AtomicInteger silent = new AtomicInteger();

    /**
     * Makes the fence of a session.
     *
     * @param queueDepth how many buffer ids there are
     * @param paths all paths of the session, now and later; any thread iterates
     * @param strict whether an id that comes by another path than its last waits for a proof
     */
    public Fence(int queueDepth, Collection<? extends FencedPath> paths, boolean strict) {
        this.slots = new Slot[queueDepth];
        for (int i = 0; i < queueDepth; i++) {
            slots[i] = new Slot();
        }
        this.paths = paths;
        this.strict = strict;
    }

    /** A path is made, or a heartbeat is about to be sent; the moment is later than all that has arrived. */
    public long tick() {
        return clock.incrementAndGet();
    }

    /** A path has fallen silent, or is heard again, or has gone. */
    public void onSilence(boolean begins) {
        silent.addAndGet(begins ? 1 : -1);
    }

    /**
     * An operation has arrived.
     *
     * @return {@link #ENTERED} if it may be handed to the handler now; else {@link Fenced#onEntered} follows when it may, if ever,
     *     and its path is to be {@linkplain #onProven proven} after the moment that is returned
     */
    long enter(Fenced operation) {
        Slot slot = slots[operation.bufferId()];
        if (slot.waiting > 0 || !HOLDER.compareAndSet(slot, null, operation)) {
            return join(operation);
        }
        if (!strict) {
            barElsewhere(operation);
            return ENTERED;
        }
        // Once more whether somebody waits: if so, he was here before this one could see that the slot was free.
        if (slot.waiting > 0 || !isProven(slot, operation.fencedPath())) {
            return stepBack(slot, operation);
        }
        use(slot, operation);
        return ENTERED;
    }

    /** Whether the path is the last that the id was used on, or was used later. Who asks holds the slot. */
    private static boolean isProven(Slot slot, FencedPath path) {
        return slot.lastPath == path.madeAt() || slot.lastUse < path.provenAt();
    }

    /** The holder is let in: what comes by other paths from now on is to be proven later. */
    private void use(Slot slot, Fenced holder) {
        slot.lastPath = holder.fencedPath().madeAt();
        slot.lastUse = clock.get();
    }

    /** The holder has to wait after all. */
    private long stepBack(Slot slot, Fenced operation) {
        synchronized (slot) {
            // Behind others it counts as the newest, and so has to be proven later than they arrived.
            long after = slot.waiters.isEmpty() ? slot.lastUse : clock.get();
            add(slot, operation);
            slot.holder = null;
            letIn(slot);
            return after;
        }
    }

    /**
     * An operation has arrived late: it waits, whoever is there, until its path is {@linkplain #onProven proven}.
     *
     * @return the moment after which that has to be
     */
    long join(Fenced operation) {
        Slot slot = slots[operation.bufferId()];
        synchronized (slot) {
            add(slot, operation);
            return clock.get();
        }
    }

    private static void add(Slot slot, Fenced operation) {
        slot.waiters.add(operation);
        slot.waiting = slot.waiters.size();
    }

    /** The client still used the path of an operation after the moment that was named when it had to wait. */
    void onProven(Fenced operation) {
        Slot slot = slots[operation.bufferId()];
        synchronized (slot) {
            if (slot.waiters.contains(operation)) {
                slot.proven.add(operation);
                letIn(slot);
            }
        }
    }

    /** The handler has answered: the next operation of the id may have it. */
    void leave(Fenced operation) {
        Slot slot = slots[operation.bufferId()];
        if (slot.holder != operation) {
            return;
        }
        slot.holder = null;
        // After that: either who joins those that wait sees it free, or this sees that there is one.
        if (slot.waiting > 0) {
            synchronized (slot) {
                letIn(slot);
            }
        }
    }

    /** The operation will not be handed over: its path has gone. */
    void forget(Fenced operation) {
        Slot slot = slots[operation.bufferId()];
        synchronized (slot) {
            if (slot.waiters.remove(operation)) {
                slot.proven.remove(operation);
                slot.waiting = slot.waiters.size();
            }
        }
        leave(operation);
    }

    /** The newest that is proven; what came before it is a ghost. The lock is held. */
    private void letIn(Slot slot) {
        if (slot.proven.isEmpty()) {
            return;
        }
        int newest = -1;
        for (Fenced operation : slot.proven) {
            newest = Math.max(newest, slot.waiters.indexOf(operation));
        }
        Fenced next = slot.waiters.get(newest);
        if (!HOLDER.compareAndSet(slot, null, next)) {
            return; // it is let in when this one leaves
        }
        List<Fenced> older = slot.waiters.subList(0, newest + 1);
        List<Fenced> ghosts = List.copyOf(older.subList(0, newest));
        older.clear();
        slot.proven.retainAll(slot.waiters);
        slot.waiting = slot.waiters.size();
        ghosts.forEach(Fenced::onSuperseded);
        if (strict) {
            use(slot, next);
        } else {
            barElsewhere(next);
        }
        next.onEntered();
    }

    private void barElsewhere(Fenced operation) {
        if (silent.get() == 0) {
            return;
        }
        for (FencedPath path : paths) {
            if (path != operation.fencedPath() && path.isSilent()) {
                path.bar(operation.bufferId());
            }
        }
    }
}
