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
 * A key by a window of type 1, bound by work requests in the chain of the answer, or, where the device refuses windows of
 * type 1 there, by a bind call of its own before it. Where windows are at hand, the key is taken without a message.
 */
final class WindowKey implements ChunkKey {
    private final Connection connection;
    private final ChunkMemory memory;
    private final int bufferId;
    private final MemoryWindow window;
    private final PostSend chain;

    /** The bind call, where the device wants one. */
    private @Nullable BindWindow call;

    WindowKey(Connection connection, ChunkMemory memory, int bufferId, PostSend chain) throws IOException {
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

    @Override
    public boolean isChained() {
        return call == null;
    }

    @Override
    public int rkey() {
        return window.rkey();
    }

    @Override
    public int revoke(int wr) {
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

    @Override
    public int grant(int wr) {
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

    /** The first bind of all finds out whether the device takes windows of type 1 in a chain. */
    @Override
    public int grantFirst(int wr, long workId, int flags) throws IOException {
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

    @Override
    public void free() {
        if (call != null) {
            call.free();
        }
    }
}
