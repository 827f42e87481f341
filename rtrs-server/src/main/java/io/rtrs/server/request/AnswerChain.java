package io.rtrs.server.request;

import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.WorkId;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.wire.ParsedRequest;
import io.rtrs.core.wire.RkeyRspView;
import io.rtrs.verbs.BindWindow;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.WrOpcode;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * The work requests with which one connection revokes and answers one chunk, laid out once (spec/rtrs.md 7.6).
 *
 * <p>Three of them, of which an answer posts the last one, two or three: {@code [data] [send-with-invalidate] immediate}.
 * In mode Y a bind goes before, on the same queue pair: its key is known at once and valid when the answer arrives.
 *
 * <p><b>Threading:</b> whoever has the chunk's operation, one thread at a time. <b>Allocation:</b> none after
 * construction.
 */
final class AnswerChain {
    private static final int LAST = 2;

    private final Connection connection;
    private final ChunkMemory memory;
    private final int bufferId;
    private final PostSend call;
    private final @Nullable BindWindow bind;

    AnswerChain(Connection connection, ChunkMemory memory, int bufferId) throws IOException {
        this.connection = connection;
        this.memory = memory;
        this.bufferId = bufferId;
        this.call = connection.device().verbs().postSend(connection.qp(), LAST + 1, 1);
        call.wrId(LAST, WorkId.of(WorkId.ANSWER, bufferId));
        for (int wr = 0; wr < LAST; wr++) {
            call.wrId(wr, WorkId.of(WorkId.ANSWER_PART, bufferId)).flags(wr, 0);
        }
        if (!memory.config().alwaysInvalidate()) {
            bind = null;
            call.opcode(LAST, WrOpcode.RDMA_WRITE_WITH_IMM).numSge(LAST, 0).remote(LAST, 0, 0);
            return;
        }
        try {
            bind = connection.device().verbs().bindMw(connection.qp(), memory.window(bufferId), memory.region());
        } catch (IOException | RuntimeException e) {
            call.free();
            throw e;
        }
        call.opcode(LAST, WrOpcode.SEND_WITH_IMM)
                .sge(LAST, 0, memory.answerAddress(bufferId), RkeyRspView.SIZE, memory.answerLkey())
                .numSge(LAST, 1);
    }

    /** Takes the client's key away; reported as {@code REVOKE}. Returns 0 or an errno. */
    int revoke() {
        BindWindow window = bind;
        if (window == null) {
            throw new IllegalStateException("without windows there is nothing to revoke");
        }
        long workId = WorkId.of(WorkId.REVOKE, bufferId);
        return window.bind(
                workId, IbvSendWR.IBV_SEND_SIGNALED, memory.chunkAddress(bufferId), 0, ChunkMemory.windowAccess());
    }

    /** Makes a new key for the client. Returns 0 or an errno. */
    int grant(long workId, int flags) {
        BindWindow window = bind;
        return window == null
                ? 0
                : window.bind(
                        workId,
                        flags,
                        memory.chunkAddress(bufferId),
                        memory.config().chunkSize(),
                        ChunkMemory.windowAccess());
    }

    /**
     * Posts the answer; the send credit was taken when the request arrived.
     *
     * @return 0 or an errno
     */
    int answer(int status, ParsedRequest request) {
        BindWindow window = bind;
        if (window != null) {
            int errno = grant(WorkId.of(WorkId.ANSWER_PART, bufferId), 0);
            if (errno != 0) {
                return errno;
            }
            RkeyRspView.put(
                    memory.answers(),
                    (long) bufferId * RkeyRspView.SIZE,
                    bufferId,
                    window.window().rkey());
        }
        int first = LAST;
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
            call.sge(first, 0, memory.chunkAddress(bufferId), (int) request.length(), memory.chunkLkey());
            call.numSge(first, 1);
        }
        call.imm(LAST, Immediates.ioResponse(status, bufferId, invalidate));
        return connection.credits().post(call, first, LAST);
    }

    void free() {
        call.free();
        if (bind != null) {
            bind.free();
        }
    }
}
