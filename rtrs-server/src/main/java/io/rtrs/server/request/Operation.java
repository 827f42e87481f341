package io.rtrs.server.request;

import io.rtrs.core.Direction;
import io.rtrs.core.connection.PostListener;
import io.rtrs.core.error.Errno;
import io.rtrs.core.wire.ParsedRequest;
import io.rtrs.core.wire.RequestParser;
import io.rtrs.core.work.Spin;
import io.rtrs.server.ServerOperation;
import io.rtrs.server.ServerSession;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/**
 * The operation of one chunk, again and again: idle → arriving → with the handler → answering → idle.
 *
 * <p>A chunk is free for the next request from the moment its answer is posted, which the client may see before the posting
 * thread returns from the call (spec/rtrs.md 7.4). So there is a phase for it: a request that arrives while the answer is
 * being posted waits for that call to return, an instant, instead of counting as a request on a busy chunk: verbs note the
 * key of a window that was bound only when the call returns, and the next bind names it.
 *
 * <p><b>Threading:</b> the phase says who may touch the fields: the loop that claimed it while arriving, then the handler.
 * The generation in the state tells one request from the next on the same chunk.
 */
public final class Operation implements ServerOperation, PostListener, Fence.Fenced {
    private static final int IDLE = 0;
    private static final int ARRIVING = 1;
    private static final int HANDLED = 2;
    private static final int ANSWERING = 3;
    private static final int PHASE_MASK = 3;
    private static final int GENERATION = 4;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Operation.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final OperationOwner owner;
    private final int bufferId;
    private final ChunkMemory memory;
    private final MemorySegment chunk;
    private final ParsedRequest request = new ParsedRequest();
    private final @Nullable Fence fence;

    @SuppressWarnings("UnusedVariable") // read and written through STATE
    private volatile int state;

    // Written by the loop that claimed the operation.
    private @Nullable AnswerChain chain;
    private @Nullable RequestIntake intake;
    private int offset;

    /** What arrives now is late; the fence says so, once and for ever. */
    private volatile boolean barred;

    private volatile @Nullable Object attachment;

    /**
     * Makes the idle operation of a chunk.
     *
     * @param fence of the session, or null if it has none
     */
    public Operation(OperationOwner owner, ChunkMemory memory, @Nullable Fence fence, int bufferId) {
        this.owner = owner;
        this.fence = fence;
        this.bufferId = bufferId;
        this.memory = memory;
        this.chunk = memory.chunk(bufferId);
    }

    /** Takes the operation for a request that has arrived; false if an earlier request still has it. */
    boolean claim() {
        int spins = 0;
        while (true) {
            int now = state;
            int phase = now & PHASE_MASK;
            if (phase == IDLE) {
                if (STATE.compareAndSet(this, now, (now & ~PHASE_MASK) + GENERATION + ARRIVING)) {
                    return true;
                }
            } else if (phase != ANSWERING) {
                return false;
            } else {
                spins = Spin.pause(spins);
            }
        }
    }

    void arrived(int headerOffset, RequestIntake by) throws IOException {
        this.offset = headerOffset;
        this.intake = by;
        this.chain = by.answers().of(bufferId);
    }

    int offset() {
        return offset;
    }

    ParsedRequest request() {
        return request;
    }

    /** Takes the client's key of the chunk away; as {@link ChunkKey#revoke}. */
    int revoke() {
        return chain().revoke();
    }

    /** Reads the request, once; a code of {@link RequestParser}. */
    int parse() {
        return RequestParser.parse(chunk, offset, request);
    }

    /** Hands the operation over; the state that {@link #respondIfStill} takes. */
    int handOver() {
        int handled = state - ARRIVING + HANDLED;
        state = handled;
        return handled;
    }

    /** Gives back an operation that never came to the handler; the loop, or the control thread when the loop is gone. */
    void drop() {
        state = state & ~PHASE_MASK;
    }

    /** Whether the loop still has it. */
    public boolean isArriving() {
        return (state & PHASE_MASK) == ARRIVING;
    }

    /** Whether its answer is being posted. */
    boolean isAnswering() {
        return (state & PHASE_MASK) == ANSWERING;
    }

    /** Whether nobody has it. */
    public boolean isIdle() {
        return (state & PHASE_MASK) == IDLE;
    }

    /** Gives back what the loop has not handed over; its loop has ended. */
    public void abandon() {
        if (isArriving()) {
            giveUp();
        }
    }

    /** Gives back an operation that has been at the fence. */
    void giveUp() {
        if (fence != null) {
            fence.forget(this);
        }
        drop();
    }

    /** A request that arrives from now on is late: another path brought its replay. Any thread. */
    public void bar() {
        barred = true;
    }

    boolean isBarred() {
        return barred;
    }

    @Override
    public Fence.FencedPath fencedPath() {
        return owner;
    }

    @Override
    public void onEntered() {
        RequestIntake by = intake;
        if (by != null) {
            by.resume(this);
        }
    }

    @Override
    public void onSuperseded() {
        drop();
    }

    /** The client has shown that it still uses the path, after this operation had to wait at the fence. */
    public void onProven() {
        if (fence != null) {
            fence.onProven(this);
        }
    }

    @Override
    public boolean respond(int status) {
        checkStatus(status);
        answerOnce(state, status, memory.chunkAddress(bufferId), memory.chunkLkey());
        return true;
    }

    @Override
    public boolean respond(MemorySegment source, long sourceOffset) {
        // First the state: what is looked at below belongs to this request, or the answer is refused.
        int now = state;
        if ((now & PHASE_MASK) != HANDLED) {
            throw answeredAlready();
        }
        if (request.direction() != Direction.READ) {
            throw new IllegalArgumentException("buffer " + bufferId + " holds a WRITE, which wants no data back");
        }
        long length = request.length();
        if (!source.scope().isAlive()) {
            throw new IllegalStateException("the memory of " + source + " was freed");
        }
        Objects.checkFromIndexSize(sourceOffset, length, source.byteSize());
        long address = source.address() + sourceOffset;
        int found = memory.sources().find(address, length);
        if (found == Sources.NONE) {
            throw new IllegalArgumentException(source + " is not memory that the server was told to answer from");
        }
        answerOnce(now, 0, address, memory.sources().lkey(found));
        return true;
    }

    private void answerOnce(int handled, int status, long address, int lkey) {
        if (!answerIfStill(handled, status, address, lkey)) {
            throw answeredAlready();
        }
    }

    private IllegalStateException answeredAlready() {
        return new IllegalStateException("buffer " + bufferId + " was answered already");
    }

    /** Answers if the operation is in the very state that {@link #handOver} returned. */
    boolean respondIfStill(int handled, int status) {
        checkStatus(status);
        return answerIfStill(handled, status, memory.chunkAddress(bufferId), memory.chunkLkey());
    }

    private boolean answerIfStill(int handled, int status, long address, int lkey) {
        if ((handled & PHASE_MASK) != HANDLED || !STATE.compareAndSet(this, handled, handled - HANDLED + ANSWERING)) {
            return false;
        }
        if (fence != null) {
            fence.leave(this); // before the client can see the answer, and use the id again
        }
        if (!owner.connected()) {
            onPosted();
            return true;
        }
        int errno = chain().answer(status, request, address, lkey, this);
        if (errno != 0) {
            owner.fail(errno, "posting the answer of buffer " + bufferId + ": " + Errno.describe(errno));
        }
        return true;
    }

    /** The answer is posted, or never will be: the chunk is free for the next request. */
    @Override
    public void onPosted() {
        state = state & ~PHASE_MASK;
        // After the state: either the closing thread sees it idle, or this sees that the path is closing.
        if (!owner.connected()) {
            owner.onReleasedLate();
        }
    }

    private AnswerChain chain() {
        AnswerChain known = chain;
        if (known == null) {
            throw new IllegalStateException("buffer " + bufferId + " has no request");
        }
        return known;
    }

    private static void checkStatus(int status) {
        if (status > 0) {
            throw new IllegalArgumentException("status " + status + " must be 0 or a negative errno");
        }
    }

    @Override
    public ServerSession session() {
        return owner.session();
    }

    @Override
    public Direction direction() {
        return request.direction();
    }

    @Override
    public int bufferId() {
        return bufferId;
    }

    @Override
    public MemorySegment chunk() {
        return chunk;
    }

    @Override
    public int dataLength() {
        return request.dataLength();
    }

    @Override
    public int wantedLength() {
        return (int) request.length();
    }

    @Override
    public int userHeaderOffset() {
        return request.dataLength();
    }

    @Override
    public int userHeaderLength() {
        return request.userLength();
    }

    @Override
    public @Nullable Object attachment() {
        return attachment;
    }

    @Override
    public void attach(@Nullable Object object) {
        attachment = object;
    }
}
