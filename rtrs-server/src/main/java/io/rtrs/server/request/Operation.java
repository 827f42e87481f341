package io.rtrs.server.request;

import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.connection.PostListener;
import io.rtrs.core.error.Errno;
import io.rtrs.core.wire.ParsedRequest;
import io.rtrs.core.wire.RequestParser;
import io.rtrs.core.work.UserCode;
import io.rtrs.server.ServerOperation;
import io.rtrs.server.ServerSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The operation of one chunk, again and again: idle → arriving → with the handler → answering → idle.
 *
 * <p>A chunk is free for the next request from the moment its answer is posted, which the client may see before the posting
 * thread returns from the call (spec/rtrs.md 7.4). So there is a phase for it: a request that arrives while the answer is
 * being posted waits for that call to return, an instant, instead of counting as a request on a busy chunk: verbs note the
 * key of a window that was bound only when the call returns, and the next bind names it.
 *
 * <p><b>Threading:</b> the state says who may touch the fields: the loop that claimed it while arriving, then the handler.
 */
public final class Operation implements ServerOperation, PostListener, Fence.Fenced {
    private static final Logger LOG = LoggerFactory.getLogger(Operation.class);

    private final OperationOwner owner;
    private final int bufferId;
    private final ChunkMemory memory;
    private final MemorySegment chunk;
    private final ParsedRequest request = new ParsedRequest();
    private final @Nullable Fence fence;

    private final OperationState state = new OperationState();

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
        return state.claim();
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

    /** Hands the operation over; the handle of the request, or {@link OperationState#WITHDRAWN}. */
    long handOver() {
        long handle = state.handOver();
        if (handle == OperationState.WITHDRAWN && fence != null) {
            fence.forget(this); // it may have entered after that
        }
        return handle;
    }

    /** Takes back what the loop has not handed over, though the loop may go on some day: then it finds that it was taken. */
    public void withdraw() {
        if (state.withdraw() && fence != null) {
            fence.forget(this);
        }
    }

    /** Gives back an operation that never came to the handler; the loop, or the control thread when the loop is gone. */
    void drop() {
        state.release();
    }

    /** Whether its answer is being posted. */
    boolean isAnswering() {
        return state.isAnswering();
    }

    /** Whether the handler has it. */
    public boolean isHandled() {
        return state.isWithHandler(state.handle());
    }

    /** What is the request's handle if the handler has one. */
    long handle() {
        return state.handle();
    }

    /** Whether the handler has the request of this handle. */
    boolean isWithHandler(long handle) {
        return state.isWithHandler(handle);
    }

    /** Whether nobody has it. */
    public boolean isIdle() {
        return state.isIdle();
    }

    /** Gives back what the loop has not handed over; its loop has ended. */
    public void abandon() {
        if (state.isArriving()) {
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

    /** A request that arrives from now on is late: another path has brought one of its id. Any thread. */
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
        barred = false;
        if (fence != null) {
            fence.onProven(this);
        }
    }

    @Override
    public void respond(long handle, Status status) {
        if (!respondIfStill(handle, status)) {
            throw answeredAlready();
        }
    }

    @Override
    public void respond(long handle, MemorySegment source, long sourceOffset) {
        // First the state: what is looked at below belongs to this request, or the answer is refused.
        if (!state.isWithHandler(handle)) {
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
        if (!answerIfStill(handle, 0, address, memory.sources().lkey(found))) {
            throw answeredAlready();
        }
    }

    private IllegalStateException answeredAlready() {
        return new IllegalStateException("that request of buffer " + bufferId
                + " was answered already, or an operator has abandoned it: answer each request once, with the handle that"
                + " came with it");
    }

    /** Answers if the handler still has that request. */
    boolean respondIfStill(long handle, Status status) {
        return answerIfStill(handle, -status.errno(), memory.chunkAddress(bufferId), memory.chunkLkey());
    }

    private boolean answerIfStill(long handle, int status, long address, int lkey) {
        if (!state.take(handle)) {
            return false;
        }
        if (fence != null) {
            fence.leave(this); // before the client can see the answer, and use the id again
        }
        if (!owner.isConnected()) {
            onPosted();
            return true;
        }
        int errno;
        try {
            errno = chain().answer(status, request, address, lkey, this);
        } catch (RuntimeException | Error e) {
            onThrown(handle, e);
            return true;
        }
        if (errno != 0) {
            owner.fail(errno, "posting the answer of buffer " + bufferId + ": " + Errno.describe(errno));
        }
        return true;
    }

    /**
     * What a device's call throws ends the path, as an errno does, and is not the handler's to see; the operation is not kept,
     * or the path would wait for it.
     */
    private void onThrown(long handle, Throwable thrown) {
        UserCode.failed(LOG, "posting the answer of buffer " + bufferId, thrown);
        try {
            if (state.releaseIfStill(handle)) {
                released();
            }
        } finally {
            owner.fail(
                    Errno.EIO,
                    "posting the answer of buffer " + bufferId + ": unexpected "
                            + thrown.getClass().getName());
        }
    }

    /** The answer is posted, or never will be: the chunk is free for the next request. */
    @Override
    public void onPosted() {
        state.release();
        released();
    }

    private void released() {
        // After the state: either the closing thread sees it idle, or this sees that the path is closing.
        if (!owner.isConnected()) {
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
