package io.rtrs.client.request;

import io.rtrs.client.RequestCallback;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.work.Spin;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.PostSend;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What one permit has under way on one path: prebuilt work requests, and who is told.
 *
 * <p>The state is one atomic of four bits. {@code POSTING}: a thread is between claiming the entry and the return of
 * the post; the work requests are its own, and the path's end waits for it. {@code ACTIVE}: a callback is owed;
 * whoever clears the bit makes the call, and nobody else does. {@code INVALIDATING}: answered, and waiting for the
 * completion of the local invalidate. {@code WAITING}: ready, and in line for room in the send queue; whoever clears
 * the bit posts.
 *
 * <p>The answer may arrive before the post has returned: then {@code POSTING} alone is left for a moment, and the permit's
 * next request waits for it.
 */
final class InFlight {
    static final int POSTING = 1;
    static final int ACTIVE = 2;
    static final int INVALIDATING = 4;
    static final int WAITING = 8;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(InFlight.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("UnusedVariable") // through the handle
    private volatile int state;

    final int id;
    /** Where this permit's header is in the slab of headers. */
    final long headerOffset;

    final Connection ioConnection;
    final PostSend ioCall;
    final PostSend adminCall;
    final @Nullable MemoryWindow window;

    // Written by the submitting thread while it has claimed the entry, read by whoever cleared ACTIVE.
    @Nullable
    Connection connection;

    @Nullable
    PermitSlot permit;

    @Nullable
    RequestCallback callback;

    @Nullable
    RegisteredRegion region;

    @Nullable
    MemorySegment copyTarget;

    long dataOffset;
    int rkey;

    /** Where its chain begins. */
    int firstWr;

    /** Whether the server has the key of {@link #window}, which ends with the request. */
    boolean hasWindow;

    /** The answer, while the invalidate is under way. */
    int answeredStatus;

    InFlight(
            int id,
            long headerOffset,
            Connection ioConnection,
            PostSend ioCall,
            PostSend adminCall,
            @Nullable MemoryWindow window) {
        this.id = id;
        this.headerOffset = headerOffset;
        this.ioConnection = ioConnection;
        this.ioCall = ioCall;
        this.adminCall = adminCall;
        this.window = window;
    }

    /**
     * The submitting thread takes the entry.
     *
     * @throws IllegalStateException if the permit's request is under way
     */
    void claim() {
        int spins = 0;
        while (!STATE.compareAndSet(this, 0, POSTING)) {
            if ((state & ACTIVE) != 0) {
                throw new IllegalStateException("the request of permit " + id + " is under way");
            }
            spins = Spin.pause(spins); // the other thread only has to return from its post
        }
    }

    /** The claim is given up; nothing was posted. */
    void unclaim() {
        state = 0;
    }

    /** The fields are set: from now on a callback is owed. */
    void activate() {
        state = POSTING | ACTIVE;
    }

    /**
     * The claim ends, and the request waits for room in the send queue; false if there is nothing to wait for, because the
     * peer has answered what it cannot have seen.
     */
    boolean awaitRoom() {
        while (true) {
            int now = state;
            boolean owed = (now & (ACTIVE | INVALIDATING)) == ACTIVE;
            if (STATE.compareAndSet(this, now, owed ? ACTIVE | WAITING : now & ~POSTING)) {
                return owed;
            }
        }
    }

    /** There is room: the caller posts the request, if it still waits. */
    boolean resume() {
        return STATE.compareAndSet(this, ACTIVE | WAITING, ACTIVE | POSTING);
    }

    /** There is room: the caller posts the local invalidate, if the path has not ended meanwhile. */
    boolean resumeInvalidate() {
        return STATE.compareAndSet(this, ACTIVE | INVALIDATING, ACTIVE | INVALIDATING | POSTING);
    }

    /** The post has returned. */
    void posted() {
        STATE.getAndBitwiseAnd(this, ~POSTING);
    }

    /** The post failed: true if no callback was made, and none will be. */
    boolean postFailed() {
        return ((int) STATE.getAndBitwiseAnd(this, 0) & ACTIVE) != 0;
    }

    /** Whether a submitting thread is at work. */
    boolean isPosting() {
        return (state & POSTING) != 0;
    }

    /** Whether a callback is owed. */
    boolean isActive() {
        return (state & ACTIVE) != 0;
    }

    /** Takes over the duty to call back; false if there is none, or the invalidate has it. */
    boolean takeAnswered() {
        while (true) {
            int now = state;
            if ((now & (ACTIVE | INVALIDATING | WAITING)) != ACTIVE) {
                return false;
            }
            if (STATE.compareAndSet(this, now, now & ~ACTIVE)) {
                return true;
            }
        }
    }

    /** The answer came, the invalidate is next; false as for {@link #takeAnswered}. */
    boolean startInvalidate(int status) {
        while (true) {
            int now = state;
            if ((now & (ACTIVE | INVALIDATING | WAITING)) != ACTIVE) {
                return false;
            }
            answeredStatus = status;
            if (STATE.compareAndSet(this, now, now | INVALIDATING)) {
                return true;
            }
        }
    }

    /** Takes over the duty to call back after the invalidate; false if there is none. */
    boolean takeInvalidated() {
        while (true) {
            int now = state;
            if ((now & INVALIDATING) == 0) {
                return false;
            }
            if (STATE.compareAndSet(this, now, now & ~(ACTIVE | INVALIDATING))) {
                return true;
            }
        }
    }

    /** Takes over the duty to call back because the path is gone. */
    boolean takeFailed() {
        return ((int) STATE.getAndBitwiseAnd(this, ~(ACTIVE | INVALIDATING | WAITING)) & ACTIVE) != 0;
    }
}
