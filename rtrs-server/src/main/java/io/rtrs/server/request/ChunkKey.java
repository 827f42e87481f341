package io.rtrs.server.request;

import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.WorkId;
import io.rtrs.core.error.Errno;
import io.rtrs.verbs.BindWindow;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.PostSend;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * The client's key of one chunk in mode Y, given and taken through one connection: by work requests in the chain of the
 * answer, or, where the device refuses windows of type 1 there, by a bind call of its own before it. Where windows are at
 * hand, the key is taken without a message.
 *
 * <p><b>Threading:</b> whoever has the chunk's operation. <b>Allocation:</b> none after construction and the first grant.
 */
final class ChunkKey {
    /** {@link #revoke}: the key is gone already. */
    static final int REVOKED = Integer.MIN_VALUE;

    /** {@link #revoke}: the client cannot have this key yet, whose answer has not left. */
    static final int UNSENT = Integer.MIN_VALUE + 1;

    private final Connection connection;
    private final ChunkMemory memory;
    private final int bufferId;
    private final MemoryWindow window;
    private final PostSend chain;

    /** The bind call, where the device wants one. */
    private @Nullable BindWindow call;

    ChunkKey(Connection connection, ChunkMemory memory, int bufferId, PostSend chain) throws IOException {
        this.connection = connection;
        this.memory = memory;
        this.bufferId = bufferId;
        this.window = memory.window(bufferId);
        this.chain = chain;
        if (!memory.bindsInChain()) {
            makeCall();
        }
    }

    private BindWindow makeCall() throws IOException {
        BindWindow made = connection.device().verbs().bindMw(connection.qp(), window, memory.region());
        call = made;
        return made;
    }

    /** Whether {@link #grant} has filled a work request of the chain, which has to be posted. */
    boolean isChained() {
        return call == null;
    }

    /** The key of the last bind. */
    int rkey() {
        return window.rkey();
    }

    /**
     * Takes the key away.
     *
     * @param wr the work request to do it with
     * @return 0: it is under way, and reported as {@code REVOKE}; {@link #REVOKED}, {@link #UNSENT}, or an errno
     */
    int revoke(int wr) {
        if (memory.revokesAtOnce()) {
            return window.revoke() ? REVOKED : UNSENT;
        }
        BindWindow bind = call;
        if (bind != null) {
            return bind(bind, WorkId.of(WorkId.REVOKE, bufferId), IbvSendWR.IBV_SEND_SIGNALED, 0);
        }
        fill(wr, 0);
        return connection.postUncounted(chain, wr);
    }

    /** Makes a new key: fills the work request {@code wr}, or binds at once; 0 or an errno. */
    int grant(int wr) {
        BindWindow bind = call;
        if (bind != null) {
            return bind(
                    bind,
                    WorkId.of(WorkId.ANSWER_PART, bufferId),
                    0,
                    memory.config().chunkSize());
        }
        fill(wr, memory.config().chunkSize());
        return 0;
    }

    /**
     * Posts a bind alone, the first on this chunk. The first of all finds out whether the device takes windows of type 1 in
     * a chain.
     */
    int grantFirst(int wr, long workId, int flags) throws IOException {
        BindWindow bind = call;
        if (bind == null) {
            fill(wr, memory.config().chunkSize());
            chain.wrId(wr, workId).flags(wr, flags);
            int errno = chain.post(wr, 1);
            chain.wrId(wr, WorkId.of(WorkId.ANSWER_PART, bufferId)).flags(wr, 0);
            if (errno == 0 || errno == Errno.ENOMEM) {
                return errno;
            }
            memory.bindByCall();
            bind = makeCall();
        }
        return bind(bind, workId, flags, memory.config().chunkSize());
    }

    private int bind(BindWindow bind, long workId, int flags, long length) {
        return bind.bind(workId, flags, memory.chunkAddress(bufferId), length, ChunkMemory.windowAccess());
    }

    private void fill(int wr, long length) {
        chain.bindWindow(
                wr,
                window,
                MemoryWindow.nextRkey(window.rkey()),
                memory.region(),
                memory.chunkAddress(bufferId),
                length,
                ChunkMemory.windowAccess());
    }

    void free() {
        if (call != null) {
            call.free();
        }
    }
}
