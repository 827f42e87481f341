package io.rtrs.interop.rtrs;

import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.Device;
import io.rtrs.core.connection.WorkId;
import io.rtrs.core.driver.CompletionLoop;
import io.rtrs.core.memory.Slab;
import io.rtrs.core.wire.ConReq;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.WrOpcode;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** One connection of a {@link RawServer}, and everything that can be said on it. Posts from any thread. */
final class RawServerConnection {
    private static final int OUT_BYTES = 1 << 20;

    final RawServer server;
    final ConReq request;
    final int cid;
    final Connection connection;
    volatile @Nullable CompletionLoop loop;

    /** Nothing that arrives here is answered, nor are heartbeats. */
    volatile boolean muted;

    private final Slab out;
    private final PostSend call;
    private int outOffset;
    private boolean gone;

    RawServerConnection(RawServer server, ConReq request, Connection connection, Device device) throws IOException {
        this.server = server;
        this.request = request;
        this.cid = request.cid();
        this.connection = connection;
        this.out = Slab.allocate(device.verbs(), device.pd(), OUT_BYTES, Slab.LOCAL);
        this.call = device.verbs().postSend(connection.qp(), 1, 1);
    }

    /** SENDs a message. */
    synchronized void send(byte[] message) {
        stage(message);
        post(WrOpcode.SEND);
    }

    /** A zero-length RDMA WRITE WITH IMMEDIATE: mode N's answer, a heartbeat. */
    synchronized void immediate(int immediate) {
        call.numSge(0, 0).remote(0, 0, 0);
        call.imm(0, immediate);
        post(WrOpcode.RDMA_WRITE_WITH_IMM);
    }

    /** A SEND WITH IMMEDIATE: mode Y's answer. */
    synchronized void sendImmediate(int immediate, byte[] message) {
        stage(message);
        call.imm(0, immediate);
        post(WrOpcode.SEND_WITH_IMM);
    }

    /** A SEND WITH INVALIDATE without data. */
    synchronized void sendInvalidate(int rkey) {
        call.numSge(0, 0);
        call.invalidate(0, rkey);
        post(WrOpcode.SEND_WITH_INV);
    }

    /** An RDMA WRITE: data of a read. */
    synchronized void write(long address, int rkey, MemorySegment data) {
        call.remote(0, address, rkey);
        stage(data.toArray(ValueLayout.JAVA_BYTE));
        post(WrOpcode.RDMA_WRITE);
    }

    private void stage(byte[] message) {
        if (outOffset + message.length > OUT_BYTES) {
            outOffset = 0; // what was there has been sent long ago
        }
        MemorySegment.copy(MemorySegment.ofArray(message), 0, out.segment(), outOffset, message.length);
        call.sge(0, 0, out.address(outOffset), message.length, out.lkey()).numSge(0, 1);
        outOffset += message.length;
    }

    private void post(int opcode) {
        call.opcode(0, opcode).flags(0, IbvSendWR.IBV_SEND_SIGNALED).wrId(0, WorkId.of(WorkId.ANSWER_PART, 0));
        call.post(0, 1); // fails where the client has gone; then there is nobody to hear it
    }

    /** Sends DREQ, once. */
    synchronized void disconnect() {
        if (!gone) {
            gone = true;
            sayGoodbye();
        }
    }

    /**
     * Sends the DREP for the client's DREQ, also after {@link #disconnect}: the kernel sends no DREQ, and says nothing, while
     * the client's RTU has not arrived.
     */
    synchronized void answerGoodbye() {
        gone = true;
        sayGoodbye();
    }

    private void sayGoodbye() {
        try {
            connection.device().cm().disconnect(connection.id());
        } catch (IOException e) {
            // the client has gone already
        }
    }

    /** Ends the loop. */
    void stop() throws InterruptedException {
        CompletionLoop running = loop;
        if (running != null) {
            running.stop(connection);
            running.join(10_000);
        }
    }

    /** Frees what it can say things with, but not the queue pair. */
    void closeCalls() {
        call.free();
    }

    /** Frees memory; the queue pair is destroyed. */
    void closeMemory() throws IOException {
        out.close();
    }
}
