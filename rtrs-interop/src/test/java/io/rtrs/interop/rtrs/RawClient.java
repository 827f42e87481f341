package io.rtrs.interop.rtrs;

import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.core.imm.ImmediateLayout;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.memory.Slab;
import io.rtrs.core.wire.ChunkMap;
import io.rtrs.core.wire.ConReq;
import io.rtrs.core.wire.ConRsp;
import io.rtrs.core.wire.InfoReq;
import io.rtrs.core.wire.InfoRsp;
import io.rtrs.core.wire.ReadHeaderView;
import io.rtrs.core.wire.RkeyRspView;
import io.rtrs.core.wire.WriteHeaderView;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.Imm;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.WrOpcode;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A client without manners: speaks verbs and codecs directly, so that a test can send what no client would and see exactly
 * what a server answers. One path.
 */
final class RawClient implements AutoCloseable {
    /** A completion of the answer to a request, as it came. */
    record Arrival(int opcode, int flags, int length, int immediate) {
        boolean isInvalidate() {
            return (flags & WrOpcode.WC_WITH_INV) != 0;
        }
    }

    /** All that came for one request; the last one has the immediate. */
    record Answer(List<Arrival> arrivals) {
        int type() {
            return Immediates.type(arrivals.getLast().immediate());
        }

        int status() {
            return Immediates.status(arrivals.getLast().immediate());
        }

        int messageId() {
            return Immediates.messageId(arrivals.getLast().immediate());
        }
    }

    /** The server's reject. */
    static final class Rejected extends IOException {
        private static final long serialVersionUID = 1L;
        final int reason;
        final byte[] privateData;

        Rejected(int reason, byte[] privateData) {
            super("rejected with reason " + reason + ", errno "
                    + ConRsp.Reject.decode(privateData).errno());
            this.reason = reason;
            this.privateData = privateData;
        }

        int errno() {
            return ConRsp.Reject.decode(privateData).errno();
        }
    }

    private static final int RECEIVES = 64;
    private static final int RECEIVE_BYTES = 64;
    private static final int INFO_BYTES = 1 << 20;

    final InetSocketAddress server;
    /** Where it connects from, or null for anywhere. */
    InetSocketAddress source;

    UUID sessionUuid = UUID.randomUUID();
    UUID pathUuid = UUID.randomUUID();
    /** How often its path has tried to connect, with this time. */
    int attempt = 1;

    final List<RawConnection> connections = new ArrayList<>();
    private final RdmaEventChannel events;
    private IbvPd pd;
    /** Requests are laid out from its start, results arrive in its second half. */
    Slab memory;

    private Slab control;
    MemoryWindow window;
    ConRsp.Accept accepted;
    InfoRsp info;
    ChunkMap chunks;
    ImmediateLayout layout;

    RawClient(InetSocketAddress server) throws IOException {
        this.server = server;
        events = Subject.cm().createEventChannel();
    }

    /** Connects completely. */
    static RawClient open(InetSocketAddress server, String name, int cidNum) throws IOException {
        RawClient client = new RawClient(server);
        try {
            client.connectAll(cidNum);
            client.exchangeInfo(name);
            return client;
        } catch (IOException | RuntimeException | Error e) {
            client.close();
            throw e;
        }
    }

    void connectAll(int cidNum) throws IOException {
        for (int cid = 0; cid < cidNum; cid++) {
            connect(cid, cidNum, cid == 0);
        }
    }

    byte[] conReq(int cid, int cidNum, boolean first) {
        return new ConReq(cid, cidNum, attempt, pathUuid, sessionUuid, first).encode();
    }

    RawConnection connect(int cid, int cidNum, boolean first) throws IOException {
        return connect(cid, conReq(cid, cidNum, first));
    }

    /** Connects with this private data; throws {@link Rejected}. */
    RawConnection connect(int cid, byte[] privateData) throws IOException {
        RdmaCmId id = Subject.cm().createId(events, RdmaCm.RDMA_PS_TCP);
        Subject.cm().resolveAddr(id, source, server, 5000);
        take(id, EventType.RDMA_CM_EVENT_ADDR_RESOLVED);
        Subject.cm().resolveRoute(id, 5000);
        take(id, EventType.RDMA_CM_EVENT_ROUTE_RESOLVED);
        if (pd == null) {
            pd = Subject.verbs().allocPd(id.getVerbs());
            control = Slab.allocate(Subject.verbs(), pd, INFO_BYTES, Slab.LOCAL);
            memory = Slab.allocate(
                    Subject.verbs(), pd, 1 << 20, Slab.REMOTE_WRITE | com.ibm.disni.verbs.IbvMr.IBV_ACCESS_MW_BIND);
            window = Subject.verbs().allocMw(pd, MemoryWindow.TYPE_2);
        }
        RawConnection connection = new RawConnection(id, cid, pd);
        ConnParam param = new ConnParam().privateData(privateData);
        param.setRetry_count((byte) 7);
        param.setRnr_retry_count((byte) 7);
        boolean connected = false;
        try {
            Subject.cm().connect(id, param);
            CmEvent event = take(id, EventType.RDMA_CM_EVENT_ESTABLISHED, EventType.RDMA_CM_EVENT_REJECTED);
            if (event.type() == EventType.RDMA_CM_EVENT_REJECTED) {
                throw new Rejected(event.getStatus(), event.privateData());
            }
            accepted = ConRsp.Accept.decode(event.privateData());
            connected = true;
        } finally {
            if (!connected) {
                connection.close();
            }
        }
        connections.add(connection);
        return connection;
    }

    /** Sends INFO_REQ and understands INFO_RSP; then receives for answers are posted on all connections. */
    void exchangeInfo(String name) throws IOException {
        RawConnection service = connections.get(0);
        service.receive(control, 0, INFO_BYTES / 2, 0);
        sendInfo(new InfoReq(name).encode());
        IbvWC wc = service.nextReceive();
        if (wc.getStatus() != 0) {
            throw new IOException("INFO_RSP: status " + wc.getStatus());
        }
        info = InfoRsp.decode(control.segment().asSlice(0, wc.getByte_len()));
        chunks = info.chunkMap(accepted.queueDepth(), accepted.chunkSize());
        layout = new ImmediateLayout(accepted.queueDepth());
        for (RawConnection connection : connections) {
            for (int slot = 0; slot < RECEIVES; slot++) {
                postAnswerReceive(connection, slot);
            }
        }
    }

    /** Sends this on con 0 as it is. */
    void sendInfo(byte[] message) throws IOException {
        MemorySegment.copy(message, 0, control.segment(), ValueLayout.JAVA_BYTE, INFO_BYTES / 2, message.length);
        connections.get(0).send(control, INFO_BYTES / 2, message.length);
    }

    private void postAnswerReceive(RawConnection connection, int slot) throws IOException {
        connection.receive(control, receiveOffset(connection, slot), RECEIVE_BYTES, slot);
    }

    private static long receiveOffset(RawConnection connection, int slot) {
        return (long) (connection.cid * RECEIVES + slot) * RECEIVE_BYTES;
    }

    // ------------------------------------------------------------------ requests

    /** Writes a request's bytes to a chunk, whatever they are, with the immediate for this offset. */
    void post(int cid, int bufferId, byte[] bytes, int atOffset, int headerOffset) throws IOException {
        postImmediate(cid, bufferId, bytes, atOffset, layout.ioRequest(bufferId, headerOffset));
    }

    /** Writes bytes to a chunk, with any immediate. */
    void postImmediate(int cid, int bufferId, byte[] bytes, int atOffset, int immediate) throws IOException {
        MemorySegment.copy(bytes, 0, memory.segment(), ValueLayout.JAVA_BYTE, 0, bytes.length);
        connections
                .get(cid)
                .write(
                        immediate,
                        memory,
                        0,
                        bytes.length,
                        chunks.addresses()[bufferId] + atOffset,
                        chunks.rkeys()[bufferId]);
    }

    void postWrite(int cid, int bufferId, byte[] data, byte[] user) throws IOException {
        MemorySegment bytes = MemorySegment.ofArray(new byte[data.length + user.length + WriteHeaderView.SIZE]);
        MemorySegment.copy(data, 0, bytes, ValueLayout.JAVA_BYTE, 0, data.length);
        MemorySegment.copy(user, 0, bytes, ValueLayout.JAVA_BYTE, data.length, user.length);
        WriteHeaderView.put(bytes, data.length + user.length, user.length);
        post(cid, bufferId, bytes.toArray(ValueLayout.JAVA_BYTE), 0, data.length + user.length);
    }

    /** Where results arrive in {@link #memory}. */
    long resultOffset() {
        return memory.segment().byteSize() / 2;
    }

    byte[] result(int length) {
        return memory.segment().asSlice(resultOffset(), length).toArray(ValueLayout.JAVA_BYTE);
    }

    /** A READ with a descriptor of the result area; with {@code invalidate} through a window on this connection. */
    void postRead(int cid, int bufferId, int length, byte[] user, boolean invalidate) throws IOException {
        int key = memory.region().getRkey();
        if (invalidate) {
            connections.get(cid).bind(window, memory, resultOffset(), length);
            key = window.rkey();
        }
        MemorySegment bytes = MemorySegment.ofArray(new byte[user.length + ReadHeaderView.SIZE_WITH_DESCRIPTOR]);
        MemorySegment.copy(user, 0, bytes, ValueLayout.JAVA_BYTE, 0, user.length);
        ReadHeaderView.put(
                bytes, user.length, user.length, invalidate ? 1 : 0, memory.address(resultOffset()), key, length);
        post(cid, bufferId, bytes.toArray(ValueLayout.JAVA_BYTE), length, length + user.length);
    }

    /** Waits for the answer on a connection; heartbeats in between are passed over. Takes over the new key in mode Y. */
    Answer answer(int cid) throws IOException {
        RawConnection connection = connections.get(cid);
        List<Arrival> arrivals = new ArrayList<>();
        while (true) {
            IbvWC wc = connection.nextReceive();
            if (wc.getStatus() != 0) {
                throw new IOException("con " + cid + ": a receive completed with status " + wc.getStatus());
            }
            int slot = (int) (wc.getWr_id() - RawConnection.RECEIVE);
            boolean hasImmediate = (wc.getWc_flags() & WrOpcode.WC_WITH_IMM) != 0;
            int immediate = hasImmediate ? Imm.fromRaw(wc.getImm_data()) : 0;
            boolean heartbeat = hasImmediate && Immediates.type(immediate) >= Immediates.TYPE_HB_MSG;
            int length = wc.getOpcode() == WrOpcode.WC_RECV ? wc.getByte_len() : 0;
            if (hasImmediate && length > 0) {
                long at = receiveOffset(connection, slot);
                chunks.rkeys()[RkeyRspView.bufferId(control.segment(), at)] = RkeyRspView.rkey(control.segment(), at);
            }
            postAnswerReceive(connection, slot);
            if (!heartbeat) {
                arrivals.add(new Arrival(wc.getOpcode(), wc.getWc_flags(), length, immediate));
                if (hasImmediate) {
                    return new Answer(arrivals);
                }
            }
        }
    }

    /** The next immediate on a connection, heartbeats included. */
    int nextImmediate(int cid) throws IOException {
        IbvWC wc = connections.get(cid).nextReceive();
        if (wc.getStatus() != 0) {
            throw new IOException("con " + cid + ": a receive completed with status " + wc.getStatus());
        }
        postAnswerReceive(connections.get(cid), (int) (wc.getWr_id() - RawConnection.RECEIVE));
        return Imm.fromRaw(wc.getImm_data());
    }

    // ------------------------------------------------------------------ events

    /** Waits until the server has disconnected a connection, and answers. */
    void awaitDisconnected(int cid) throws IOException {
        RawConnection connection = connections.get(cid);
        while (!connection.disconnected) {
            next();
        }
    }

    private CmEvent take(RdmaCmId id, EventType... wanted) throws IOException {
        while (true) {
            CmEvent event = next();
            if (event.getConnIdPriv() == id && List.of(wanted).contains(event.type())) {
                return event;
            }
            if (event.getConnIdPriv() == id) {
                throw new AssertionError(event.type() + " with status " + event.getStatus());
            }
        }
    }

    private CmEvent next() throws IOException {
        CmEvent event = (CmEvent) Subject.cm().getCmEvent(events, Subject.PATIENCE_S * 1000);
        if (event == null) {
            throw new AssertionError("no event of the connection manager came");
        }
        Subject.cm().ackCmEvent(event);
        if (event.type() == EventType.RDMA_CM_EVENT_DISCONNECTED) {
            for (RawConnection connection : connections) {
                if (connection.id == event.getConnIdPriv()) {
                    connection.disconnected = true;
                    disconnect(connection);
                }
            }
        }
        return event;
    }

    static void disconnect(RawConnection connection) {
        try {
            Subject.cm().disconnect(connection.id);
        } catch (IOException e) {
            // It was disconnected before.
        }
    }

    InetAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() throws IOException {
        for (RawConnection connection : connections) {
            disconnect(connection);
        }
        if (window != null) {
            Subject.verbs().deallocMw(window);
        }
        for (RawConnection connection : connections) {
            connection.close();
        }
        if (pd != null) {
            memory.close();
            control.close();
            Subject.verbs().deallocPd(pd);
        }
        Subject.cm().destroyEventChannel(events);
    }
}
