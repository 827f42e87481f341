package io.rtrs.server.request;

import io.rtrs.core.Status;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.SendLine;
import io.rtrs.core.error.Errno;
import io.rtrs.core.imm.ImmediateLayout;
import io.rtrs.core.stats.Lane;
import io.rtrs.core.wire.RequestParser;
import io.rtrs.core.work.UserCode;
import io.rtrs.server.RequestHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Requests of one connection on their way from the immediate to the handler (spec/rtrs.md 7.4).
 *
 * <p>A request takes the send credit of its answer first, so that an answer never waits for room in the send queue. What
 * finds no credit waits here, in order, for the next send completion; there are no more than chunks. Then, in mode Y, the
 * client's key is revoked, and what was written is looked at only when that is done.
 *
 * <p><b>Threading:</b> the connection's loop. <b>Allocation:</b> none, once each chunk came by.
 */
public final class RequestIntake {
    private static final Logger LOG = LoggerFactory.getLogger(RequestIntake.class);

    private final Connection connection;
    private final OperationOwner owner;
    private final RequestHandler handler;
    private final Operation[] operations;
    private final Answers answers;
    private final Lane served;
    private final ImmediateLayout layout;
    private final int chunkSize;
    private final boolean revokes;
    private final @Nullable Fence fence;

    /** Let in by the fence, in another thread. */
    private final ConcurrentLinkedQueue<Operation> entered = new ConcurrentLinkedQueue<>();

    /** Buffer ids that wait for a credit. */
    private final SendLine line;

    /**
     * Makes the intake of a connection.
     *
     * @param operations one for each chunk, shared by the connections of the path
     * @param fence of the session, or null if it has none
     * @param served counts what is handed over
     */
    public RequestIntake(
            Connection connection,
            OperationOwner owner,
            RequestHandler handler,
            Operation[] operations,
            ChunkMemory memory,
            @Nullable Fence fence,
            Lane served) {
        this.connection = connection;
        this.owner = owner;
        this.handler = handler;
        this.operations = operations;
        this.answers = new Answers(connection, memory);
        this.fence = fence;
        this.served = served;
        this.layout = new ImmediateLayout(operations.length);
        this.chunkSize = memory.config().chunkSize();
        this.revokes = memory.config().alwaysInvalidate();
        this.line = new SendLine(connection.credits(), operations.length);
    }

    /** The connection's answers. */
    public Answers answers() {
        return answers;
    }

    /** An IO_REQ immediate has arrived. */
    public void onRequest(int immediate) {
        if (!owner.isConnected()) {
            return;
        }
        int bufferId = layout.bufferId(immediate);
        int offset = layout.offset(immediate);
        if (RequestParser.checkBufferId(bufferId, operations.length) != RequestParser.OK) {
            violation("IO_REQ.buf_id = " + bufferId + ", must be less than the queue depth " + operations.length);
            return;
        }
        if (offset >= chunkSize) {
            violation("IO_REQ.off = " + offset + ", the header does not fit the chunk of " + chunkSize + " bytes");
            return;
        }
        Operation operation = operations[bufferId];
        if (operation.isAnswering()) {
            connection.flush(); // whoever posts an answer may be this loop, or one that waits for an answer of this
            // loop's
        }
        if (!operation.claim()) {
            violation("IO_REQ.buf_id = " + bufferId + ", an earlier request on this chunk is not answered yet");
            return;
        }
        try {
            operation.arrived(offset, this);
        } catch (IOException | OutOfMemoryError e) {
            operation.drop();
            owner.fail(Errno.ENOMEM, "laying out the answers of buffer " + bufferId + ": " + e.getMessage());
            return;
        }
        if (line.tryTake()) {
            begin(operation);
        } else {
            line.add(bufferId); // credits come back on this loop
        }
    }

    /** Send credits may have come back. */
    public void onCredits() {
        for (int bufferId = line.next(); bufferId != SendLine.NONE; bufferId = line.next()) {
            begin(operations[bufferId]);
        }
    }

    private void begin(Operation operation) {
        int result = revokes ? operation.revoke() : ChunkKey.REVOKED;
        if (result == ChunkKey.REVOKED) {
            deliver(operation);
        } else if (result == ChunkKey.UNSENT) {
            operation.drop();
            violation("IO_REQ.buf_id = " + operation.bufferId() + ", its key has not been sent yet");
        } else if (result != 0) {
            operation.drop();
            owner.fail(result, "revoking the key of buffer " + operation.bufferId() + ": " + Errno.describe(result));
        }
    }

    /** The key of a chunk is revoked: its request cannot change any more. */
    public void onRevoked(int bufferId) {
        deliver(operations[bufferId]);
    }

    private void deliver(Operation operation) {
        if (!owner.isConnected()) {
            operation.drop();
            return;
        }
        int code = operation.parse();
        if (code != RequestParser.OK) {
            String what = RequestParser.describe(
                    code, operation.bufferId(), operations.length, chunkSize, operation.request());
            operation.drop();
            violation(what);
            return;
        }
        if (fence == null) {
            handOver(operation);
        } else if (operation.isBarred()) {
            holdUp(fence, operation);
        } else {
            long provenAfter = fence.enter(operation);
            if (provenAfter == Fence.ENTERED) {
                handOver(operation);
            } else {
                owner.prove(operation, provenAfter);
            }
        }
    }

    /**
     * It came by a path that was silent while another brought a request of its id. If the client has given this path up, it is
     * a ghost, and will never be proven; if the client only paused, it acknowledges the next heartbeat.
     */
    private void holdUp(Fence at, Operation operation) {
        LOG.debug("buffer {} came late: its path has to be proven", operation.bufferId());
        owner.prove(operation, at.join(operation));
    }

    /** The fence lets an operation in that had to wait. Any thread. */
    void resume(Operation operation) {
        entered.add(operation);
        connection.call();
    }

    /** The connection was called: goes on with what was let in. */
    public void onCalled() {
        for (Operation operation = entered.poll(); operation != null; operation = entered.poll()) {
            if (owner.isConnected()) {
                handOver(operation);
            } else {
                operation.giveUp();
            }
        }
    }

    private void handOver(Operation operation) {
        if (fence != null && operation.isBarred()) { // once more, since it was proven or let in
            fence.leave(operation);
            holdUp(fence, operation);
            return;
        }
        long handle = operation.handOver();
        if (handle == OperationState.WITHDRAWN) {
            return; // the path has gone on without this loop
        }
        served.count(operation.direction(), operation.offset());
        try {
            handler.onRequest(operation, handle);
        } catch (Throwable e) {
            UserCode.failed(LOG, "the handler of buffer " + operation.bufferId(), e);
            operation.respondIfStill(handle, Status.IO_ERROR);
        } finally {
            UserCode.left();
        }
    }

    private void violation(String what) {
        owner.fail(Errno.EPROTO, "con " + connection.cid() + ": " + what);
    }
}
