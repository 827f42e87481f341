package io.rtrs.server.request;

import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.PostListener;
import io.rtrs.core.connection.WorkId;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.wire.ParsedRequest;
import io.rtrs.core.wire.RkeyRspView;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.WrOpcode;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * The work requests with which one connection revokes and answers one chunk, laid out once (spec/rtrs.md 7.6).
 *
 * <p>An answer posts the last ones of {@code [data] [send-with-invalidate] [bind] immediate}, the bind in mode Y: the new
 * key is known before it is bound, and valid when the answer arrives.
 *
 * <p><b>Threading:</b> whoever has the chunk's operation, one thread at a time. <b>Allocation:</b> none after
 * construction.
 */
final class AnswerChain {
    private static final int REVOKE = 0;
    private static final int GRANT = 3;
    private static final int LAST = 4;

    private final Connection connection;
    private final ChunkMemory memory;
    private final int bufferId;
    private final PostSend call;
    private final @Nullable ChunkKey key;

    AnswerChain(Connection connection, ChunkMemory memory, int bufferId) throws IOException {
        this.connection = connection;
        this.memory = memory;
        this.bufferId = bufferId;
        this.call = connection.device().verbs().postSend(connection.qp(), LAST + 1, 1);
        for (int wr = 0; wr < LAST; wr++) {
            call.wrId(wr, WorkId.of(WorkId.ANSWER_PART, bufferId)).flags(wr, 0);
        }
        call.wrId(LAST, WorkId.of(WorkId.ANSWER, bufferId));
        if (!memory.config().alwaysInvalidate()) {
            key = null;
            call.opcode(LAST, WrOpcode.RDMA_WRITE_WITH_IMM).numSge(LAST, 0).remote(LAST, 0, 0);
            return;
        }
        call.wrId(REVOKE, WorkId.of(WorkId.REVOKE, bufferId)).flags(REVOKE, IbvSendWR.IBV_SEND_SIGNALED);
        call.opcode(LAST, WrOpcode.SEND_WITH_IMM)
                .sge(LAST, 0, memory.answerAddress(bufferId), RkeyRspView.SIZE, memory.answerLkey())
                .numSge(LAST, 1);
        key = memory.key(connection, bufferId, call);
    }

    /** Takes the client's key away; as {@link ChunkKey#revoke}. */
    int revoke() {
        return key().revoke(REVOKE);
    }

    /** Makes the client's first key, without an answer; 0 or an errno. */
    int grant(long workId, int flags) throws IOException {
        return key == null ? 0 : key.grantFirst(GRANT, workId, flags);
    }

    /**
     * Posts the answer; the send credit was taken when the request arrived.
     *
     * @param address where the bytes that a READ wants are
     * @param lkey the key of that memory
     * @param listener told once, when the post has returned: until then the window's key is not to be changed again
     * @return 0 or an errno
     */
    int answer(int status, ParsedRequest request, long address, int lkey, PostListener listener) {
        int first = LAST;
        if (key != null) {
            int errno = key.grant(GRANT);
            if (errno != 0) {
                listener.onPosted();
                return errno;
            }
            first = key.isChained() ? GRANT : LAST;
            RkeyRspView.put(memory.answers(), (long) bufferId * RkeyRspView.SIZE, bufferId, key.rkey());
        }
        boolean invalidate = request.needInvalidate();
        if (invalidate) {
            first--;
            call.opcode(first, WrOpcode.SEND_WITH_INV)
                    .invalidate(first, request.rkey())
                    .numSge(first, 0);
        }
        if (status == 0 && request.sgCount() == 1) {
            first--;
            call.opcode(first, WrOpcode.RDMA_WRITE).remote(first, request.address(), request.rkey());
            call.sge(first, 0, address, (int) request.length(), lkey);
            call.numSge(first, 1);
        }
        call.imm(LAST, Immediates.ioResponse(status, bufferId, invalidate));
        return connection.post(call, first, LAST, WorkId.of(WorkId.ANSWER, bufferId), listener);
    }

    void free() {
        call.free();
        if (key != null) {
            key.free();
        }
    }

    private ChunkKey key() {
        if (key == null) {
            throw new IllegalStateException("without windows there is nothing to revoke");
        }
        return key;
    }
}
