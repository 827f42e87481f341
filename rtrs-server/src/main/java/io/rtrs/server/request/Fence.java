package io.rtrs.server.request;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

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
 * <p><b>Threading:</b> any thread; an operation enters on its own loop. Without a collision one compare-and-set to enter and
 * one to leave, on a word of that buffer id. <b>Allocation:</b> none without a collision.
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
    }

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

        // Guarded by this: in the order of their arrival, and which of them are proven.
        private final List<Fenced> waiters = new ArrayList<>(0);
        private final List<Fenced> proven = new ArrayList<>(0);
    }

    private final Slot[] slots;
    private final Collection<? extends FencedPath> paths;

    /** How many paths are silent. */
    private final AtomicInteger silent = new AtomicInteger();

    /**
     * Makes the fence of a session.
     *
     * @param queueDepth how many buffer ids there are
     * @param paths all paths of the session, now and later; any thread iterates
     */
    public Fence(int queueDepth, Collection<? extends FencedPath> paths) {
        this.slots = new Slot[queueDepth];
        for (int i = 0; i < queueDepth; i++) {
            slots[i] = new Slot();
        }
        this.paths = paths;
    }

    /** A path has fallen silent, or is heard again, or has gone. */
    public void onSilence(boolean begins) {
        silent.addAndGet(begins ? 1 : -1);
    }

    /**
     * An operation has arrived.
     *
     * @return whether it may be handed to the handler now; if not, {@link Fenced#onEntered} follows when it may, if ever, and
     *     its path is to be {@linkplain #onProven proven}
     */
    boolean enter(Fenced operation) {
        Slot slot = slots[operation.bufferId()];
        if (slot.waiting == 0 && HOLDER.compareAndSet(slot, null, operation)) {
            barElsewhere(operation);
            return true;
        }
        join(operation);
        return false;
    }

    /** An operation has arrived late: it waits, whoever is there, until its path is {@linkplain #onProven proven}. */
    void join(Fenced operation) {
        Slot slot = slots[operation.bufferId()];
        synchronized (slot) {
            slot.waiters.add(operation);
            slot.waiting = slot.waiters.size();
        }
    }

    /** The client still uses the path of an operation, and did so after this one had to wait. */
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
        barElsewhere(next);
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
