package io.rtrs.client.request;

import io.rtrs.client.RequestCallback;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.error.Errno;
import io.rtrs.core.events.SlowRequest;
import io.rtrs.core.work.Spin;
import io.rtrs.core.work.UserCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What one permit asks for, whatever path carries it: from the claim to the callback, which is made exactly once.
 *
 * <p>The state is one atomic, so that a request is never in two places:
 *
 * <ul>
 *   <li>{@code CLAIMED}: one thread prepares it or looks for a path, or it is {@linkplain ParkedRequests parked};
 *       nobody else changes the state.
 *   <li>{@code POSTING}: a thread uses the work requests of the carrier that the tag names; the end of that carrier's path
 *       waits for it.
 *   <li>{@code ACTIVE}: a callback is owed. Whoever clears the bit makes it.
 *   <li>{@code SETTLING}: answered; the local invalidate is under way, or the acknowledgement of its data is.
 *   <li>{@code WAITING}: it waits for room in a send queue. Whoever clears the bit posts.
 *   <li>{@code ANSWERED}: the result is known, but a path that has let the request go can still touch its memory.
 *   <li>{@code CALLING}: over with the end of a path, whose callbacks are made one after the other; its own is still to come.
 *   <li>holders: how many such paths there are.
 *   <li>status: the answer, with {@code SETTLING} and {@code ANSWERED}.
 *   <li>tag: which attempt of which path carries it, 0 for none. What another attempt's events say is not about this turn.
 * </ul>
 *
 * <p>An answer may arrive before the post has returned: then {@code POSTING} alone is left for a moment, and the permit's
 * next request waits for it.
 *
 * <p><b>Threading:</b> any; the fields are written by the thread that has claimed it, and read by those whose transition
 * gave them the request. Holders change on the session's control thread only. <b>Allocation:</b> none.
 */
public final class Request {
    private static final Logger LOG = LoggerFactory.getLogger(Request.class);

    private static final long CLAIMED = 1;
    private static final long POSTING = 1 << 1;
    private static final long ACTIVE = 1 << 2;
    private static final long SETTLING = 1 << 3;
    private static final long WAITING = 1 << 4;
    private static final long ANSWERED = 1 << 5;
    private static final long CALLING = 1 << 6;
    private static final long HOLDER = 1 << 8;

    /** At most one for each path of a session: the next attempt begins when the last one is quiet. */
    private static final long HOLDERS = 0xFF * HOLDER;

    private static final int STATUS_SHIFT = 16;
    private static final long STATUS = 0xFFFFL << STATUS_SHIFT;
    private static final int TAG_SHIFT = 32;

    /** Nobody else may have the permit's request. */
    private static final long BUSY = CLAIMED | ACTIVE | CALLING;

    /** The request is carried, and nothing of it has happened yet. */
    private static final long PHASE = ACTIVE | SETTLING | WAITING | ANSWERED;

    /** What became of an answer. */
    enum Taken {
        /** It is not for this turn of the request. */
        STRAY,
        /** It is noted; the callback is made when no path can touch the memory any more. */
        HELD,
        /** The request is over, and the caller makes the callback. */
        OVER
    }

    /** What a path has let go. */
    enum LetGo {
        /** Nothing: it did not carry the request. */
        NOTHING,
        /** An answered request, which is called back when the path is quiet. */
        ANSWERED,
        /** A request that it has never posted; the caller has the claim. */
        UNTOUCHED,
        /** A request that its adapter knows, so that the path holds the memory until it is quiet; the caller has the claim. */
        HELD
    }

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Request.class, "state", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("UnusedVariable") // through the handle
    private volatile long state;

    final int id;

    // What is asked: the claiming thread's.
    Direction direction = Direction.WRITE;

    @Nullable
    RegisteredRegion region;

    long offset;
    int length;
    int userLength;

    /** Its marks, if a recording wants slow requests; the claiming thread's, later read by whoever ends it. */
    @Nullable
    SlowRequest slow;

    private @Nullable PermitSlot permit;
    private @Nullable RequestCallback callback;
    private @Nullable MemorySegment copyTarget;

    Request(int id) {
        this.id = id;
    }

    private static boolean has(long word, long bits) {
        return (word & bits) != 0;
    }

    private static int tag(long word) {
        return (int) (word >>> TAG_SHIFT);
    }

    private static long tagged(int tag) {
        return (long) tag << TAG_SHIFT;
    }

    private static int status(long word) {
        return (short) (word >>> STATUS_SHIFT);
    }

    private static long withStatus(long word, int status) {
        return (word & ~STATUS) | (((long) status << STATUS_SHIFT) & STATUS);
    }

    private boolean change(long from, long to) {
        return STATE.compareAndSet(this, from, to);
    }

    /**
     * The calling thread takes the request of its permit.
     *
     * @throws IllegalStateException if it is under way, on whatever path
     */
    public void claim() {
        int spins = 0;
        while (true) {
            long now = state;
            if (has(now, BUSY)) {
                throw new IllegalStateException("the request of permit " + id + " is under way");
            }
            if (!has(now, POSTING)) {
                if (change(now, CLAIMED)) {
                    return;
                }
            } else {
                spins = Spin.pause(spins); // the other thread only has to return from its post
            }
        }
    }

    /** What is asked; by the thread that has the claim. */
    public void ask(
            Direction asked,
            PermitSlot from,
            RequestCallback toTell,
            @Nullable RegisteredRegion in,
            long at,
            int bytes,
            @Nullable MemorySegment copyTo) {
        direction = asked;
        permit = from;
        callback = toTell;
        region = in;
        offset = at;
        length = bytes;
        copyTarget = copyTo;
    }

    /** A recording wants to know how long it takes; by the thread that has the claim. */
    public void mark(SlowRequest marks) {
        slow = marks;
    }

    /** Copies what shall be written to the region that was named; by the thread that has the claim. */
    public void fill(MemorySegment data) {
        RegisteredRegion to = region;
        if (to == null) {
            throw new IllegalStateException("the request of permit " + id + " has no memory");
        }
        MemorySegment.copy(data, 0, to.segment(), offset, length);
    }

    /**
     * No path takes the claimed request, which waits for one: from now on its region cannot be closed.
     *
     * @return 0, or −EINVAL if it is closed already, or just being closed
     */
    int keepRegion() {
        // As with begin: this first, then the look, so that one who closes the region sees the request, or is seen.
        backOff();
        RegisteredRegion from = region;
        return from != null && from.isClosed() ? -Errno.EINVAL : 0;
    }

    /** The claim is given up, and nobody is called. */
    public void unclaim() {
        forget();
        state = 0;
    }

    /** The permit that it is of, while it is under way. */
    public PermitSlot permit() {
        PermitSlot held = permit;
        if (held == null) {
            throw new IllegalStateException("the request of permit " + id + " is not under way");
        }
        return held;
    }

    /** The permit has a request. */
    boolean isBusy() {
        return has(state, BUSY);
    }

    // A carrier's: the claimed request begins on it.

    /**
     * The claim goes to a carrier, which lays out its work requests. What the caller reads after this it reads after
     * everybody else can see that the request is there: whether the path is still open, and the region.
     */
    void begin(int tag) {
        state = (state & HOLDERS) | CLAIMED | POSTING | tagged(tag);
    }

    /** No carrier takes it; the claim is the caller's again. */
    void backOff() {
        state = (state & HOLDERS) | CLAIMED;
    }

    /** It is laid out: from now on a callback is owed, and it may be posted. */
    void activate() {
        // Nobody else changes a claimed one, and the post that follows orders memory.
        STATE.setRelease(this, (state & ~CLAIMED) | ACTIVE);
    }

    /**
     * The post ends, and the request waits for room in the send queue; false if there is nothing to wait for, because the
     * peer has answered what it cannot have seen.
     */
    boolean awaitRoom(int tag) {
        while (true) {
            long now = state;
            boolean owed = tag(now) == tag && (now & PHASE) == ACTIVE;
            if (change(now, owed ? (now & ~POSTING) | WAITING : now & ~POSTING)) {
                return owed;
            }
        }
    }

    /** There is room: the caller posts the request, if it still waits there. */
    boolean resume(int tag) {
        long now = state;
        return tag(now) == tag && (now & PHASE) == (ACTIVE | WAITING) && change(now, (now & ~WAITING) | POSTING);
    }

    /** There is room: the caller posts the local invalidate, if the path still carries the request. */
    boolean resumeInvalidate(int tag) {
        long now = state;
        return tag(now) == tag && (now & (PHASE | POSTING)) == (ACTIVE | SETTLING) && change(now, now | POSTING);
    }

    /** The post has returned. */
    void posted() {
        STATE.getAndBitwiseAnd(this, ~POSTING);
    }

    /** The post failed: true if the caller has the claim again, false if an answer was there already. */
    boolean postFailed(int tag) {
        while (true) {
            long now = state;
            boolean owed = tag(now) == tag && (now & PHASE) == ACTIVE;
            if (change(now, owed ? (now & HOLDERS) | CLAIMED : now & ~POSTING)) {
                return owed;
            }
        }
    }

    /** Whether a thread uses the work requests of the attempt's carrier. */
    boolean isPosting(int tag) {
        long now = state;
        return tag(now) == tag && has(now, POSTING);
    }

    /** Whether the attempt carries it, and has no answer. */
    boolean isCarriedBy(int tag) {
        long now = state;
        return tag(now) == tag && (now & (ACTIVE | ANSWERED)) == ACTIVE;
    }

    /** The answer came, and nothing has to be done before the request is over. */
    Taken takeAnswered(int tag, int status) {
        while (true) {
            long now = state;
            if (tag(now) != tag || (now & PHASE) != ACTIVE) {
                return Taken.STRAY;
            }
            Taken taken = end(now, status);
            if (taken != Taken.STRAY) {
                return taken;
            }
        }
    }

    /** The answer came, and an invalidate or an acknowledgement comes next; false if it is not for this turn. */
    boolean startSettling(int tag, int status) {
        while (true) {
            long now = state;
            if (tag(now) != tag || (now & PHASE) != ACTIVE) {
                return false;
            }
            if (change(now, withStatus(now | SETTLING, status))) {
                return true;
            }
        }
    }

    /** The answer is not believed: it is as if it had not come. */
    void distrust(int tag) {
        long now = state;
        while (tag(now) == tag && (now & PHASE) == (ACTIVE | SETTLING) && !change(now, now & ~SETTLING)) {
            now = state;
        }
    }

    /** The invalidate is done, or the acknowledgement is here. */
    Taken takeSettled(int tag) {
        return takeSettled(tag, true);
    }

    /** The acknowledgement is here, if it is a write: a read may wait for its invalidate. */
    Taken takeSettledWrite(int tag) {
        return takeSettled(tag, false);
    }

    private Taken takeSettled(int tag, boolean reads) {
        while (true) {
            long now = state;
            if (tag(now) != tag || (now & (ACTIVE | SETTLING | ANSWERED)) != (ACTIVE | SETTLING)) {
                return Taken.STRAY;
            }
            if (!reads && direction != Direction.WRITE) { // after the state, which says that there is one
                return Taken.STRAY;
            }
            Taken taken = end(now, status(now));
            if (taken != Taken.STRAY) {
                return taken;
            }
        }
    }

    /** The result of a request that is over, until its callback is made. */
    int status() {
        return status(state);
    }

    private Taken end(long now, int status) {
        boolean over = !has(now, HOLDERS);
        long next = over ? now & ~(ACTIVE | SETTLING) : (now & ~SETTLING) | ANSWERED;
        if (!change(now, withStatus(next, status))) {
            return Taken.STRAY;
        }
        return over ? Taken.OVER : Taken.HELD;
    }

    // The control thread's.

    /** The attempt, on whose carriers nothing is posted any more, lets the request go if it has it. */
    LetGo letGo(int tag) {
        int spins = 0;
        while (true) {
            long now = state;
            if (tag(now) != tag || (now & (ACTIVE | ANSWERED)) != ACTIVE) {
                return LetGo.NOTHING;
            }
            if (has(now, POSTING)) { // a thread that found room, and finds now that the path has ended
                spins = Spin.pause(spins);
                continue;
            }
            long rest = now & (HOLDERS | STATUS);
            boolean untouched = has(now, WAITING);
            boolean answered = has(now, SETTLING);
            long next = untouched ? rest | CLAIMED : (rest + HOLDER) | (answered ? ACTIVE | ANSWERED : CLAIMED);
            if (change(now, next)) {
                return untouched ? LetGo.UNTOUCHED : answered ? LetGo.ANSWERED : LetGo.HELD;
            }
        }
    }

    /** An attempt that has let the request go is quiet; true if the caller has to see to {@link #callBack()}. */
    boolean release() {
        while (true) {
            long now = state;
            if (!has(now, HOLDERS)) {
                throw new IllegalStateException("permit " + id + ": nothing holds its memory");
            }
            long less = now - HOLDER;
            boolean over = has(now, ANSWERED) && !has(less, HOLDERS);
            if (change(now, over ? (less & ~(ACTIVE | ANSWERED)) | CALLING : less)) {
                return over;
            }
        }
    }

    /**
     * No path takes the request whose claim the caller has: so it ends when no path holds it any more.
     *
     * @return whether nobody held it: then the caller's path does from now on, so that one place makes the callbacks
     */
    boolean fail(int status) {
        long holders = state & HOLDERS;
        state = withStatus((holders == 0 ? HOLDER : holders) | ACTIVE | ANSWERED, status);
        return holders == 0;
    }

    /** The answer is here, for those who want to know how long it took. */
    void markAnswered() {
        SlowRequest marks = slow;
        if (marks != null) {
            marks.answered();
        }
    }

    private void forget() {
        slow = null;
        callback = null;
        permit = null;
        region = null;
        copyTarget = null;
    }

    /** Makes the callback with {@link #status()}; the caller was given the duty. */
    public void callBack() {
        callBack(status());
    }

    /** Makes the callback; the caller's transition has given it the duty. */
    void callBack(int status) {
        RequestCallback toTell = callback;
        PermitSlot held = permit;
        RegisteredRegion from = region;
        MemorySegment target = copyTarget;
        long at = offset;
        SlowRequest marks = slow;
        Direction asked = direction;
        int bytes = length;
        forget();
        if (has(state, CALLING)) {
            STATE.getAndBitwiseAnd(this, ~CALLING); // the callback may make the permit's next request
        }
        if (toTell == null || held == null) {
            throw new IllegalStateException("permit " + id + " has no callback");
        }
        int result = target != null && from != null && status == 0 ? copy(from.segment(), at, target) : status;
        try {
            toTell.onComplete(held, Status.of(result));
        } catch (Throwable e) {
            UserCode.failed(LOG, "the callback of permit " + id, e);
        } finally {
            UserCode.left();
            if (marks != null) {
                marks.ended(id, asked, bytes, result);
            }
        }
    }

    /** Copies an answer's data to the user's memory; 0, or −EFAULT if that cannot be written any more. */
    private int copy(MemorySegment from, long at, MemorySegment target) {
        try {
            MemorySegment.copy(from, at, target, 0, target.byteSize());
            return 0;
        } catch (RuntimeException | Error e) {
            LOG.error("the memory that permit {} reads to cannot be written", id, e);
            return -Errno.EFAULT;
        }
    }
}
