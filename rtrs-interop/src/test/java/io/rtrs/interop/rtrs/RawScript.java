package io.rtrs.interop.rtrs;

import io.rtrs.core.imm.ImmediateLayout;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.wire.ConReq;
import io.rtrs.core.wire.ConRsp;
import io.rtrs.core.wire.Descriptor;
import io.rtrs.core.wire.InfoRsp;
import io.rtrs.core.wire.RkeyRspView;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** What a {@link RawServer} does; as it stands, a server that answers every request at once with success. */
class RawScript {
    static final int QUEUE_DEPTH = 8;
    static final int MAX_IO = 8192;
    static final int MAX_HEADER = 4096;
    static final int CHUNK = MAX_IO + MAX_HEADER;

    /** Whether answers bring keys (mode Y). */
    boolean newRkey() {
        return true;
    }

    /** Memory that the client writes to. */
    int chunkBytes() {
        return QUEUE_DEPTH * CHUNK;
    }

    /** The private data of a reject, or null to go on. */
    byte @Nullable [] reject(ConReq request) {
        return null;
    }

    /** The private data of the accept, or null to stay silent. */
    byte @Nullable [] accept(ConReq request) {
        return new ConRsp.Accept(QUEUE_DEPTH, MAX_IO, MAX_HEADER, newRkey()).encode();
    }

    /** INFO_RSP, or null to stay silent. */
    byte @Nullable [] info(RawServerConnection service) {
        return new InfoRsp(List.of(chunks(service))).encode();
    }

    /** All chunks in one piece. */
    final Descriptor chunks(RawServerConnection service) {
        return new Descriptor(
                service.server.chunks().address(0),
                service.server.chunks().region().getRkey(),
                chunkBytes());
    }

    /** A request has arrived. */
    void onRequest(RawServerConnection connection, int immediate) {
        answer(connection, bufferId(immediate), 0);
    }

    static int bufferId(int immediate) {
        return new ImmediateLayout(QUEUE_DEPTH).bufferId(immediate);
    }

    /** The right answer of type 1. */
    final void answer(RawServerConnection connection, int bufferId, int status) {
        int immediate = Immediates.ioResponse(status, bufferId, false);
        if (newRkey()) {
            connection.sendImmediate(
                    immediate,
                    rkeyRsp(bufferId, connection.server.chunks().region().getRkey()));
        } else {
            connection.immediate(immediate);
        }
    }

    static byte[] rkeyRsp(int bufferId, int rkey) {
        byte[] message = new byte[RkeyRspView.SIZE];
        RkeyRspView.put(MemorySegment.ofArray(message), 0, bufferId, rkey);
        return message;
    }
}
