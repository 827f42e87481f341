package io.rtrs.interop.rtrs;

import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.core.connection.CompletionHandler;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.ConnectionQueue;
import io.rtrs.core.connection.ConnectionSizes;
import io.rtrs.core.connection.Device;
import io.rtrs.core.connection.WorkId;
import io.rtrs.core.driver.Ambient;
import io.rtrs.core.driver.CompletionLoop;
import io.rtrs.core.driver.ControlHandler;
import io.rtrs.core.driver.ControlLoop;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.memory.Slab;
import io.rtrs.core.wire.ConReq;
import io.rtrs.core.wire.Protocol;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.Imm;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.WrOpcode;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A server that does what its script says, right or wrong: verbs and core's codecs, no rules of its own.
 *
 * <p>It opens one path at a time; a connection that ends is forgotten, and freed when the server closes.
 */
final class RawServer implements AutoCloseable, ControlHandler, CompletionHandler {
    private static final int RECEIVES = 256;

    private final VerbsProvider provider;
    private final RawScript script;
    private final ControlLoop control;
    private final Map<RdmaCmId, RawServerConnection> byId = new ConcurrentHashMap<>();
    private final Map<Connection, RawServerConnection> byConnection = new ConcurrentHashMap<>();
    private final List<AutoCloseable> resources = new ArrayList<>();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private volatile boolean muted;
    private volatile @Nullable RdmaCmId listener;
    private volatile @Nullable Device device;
    private volatile @Nullable Slab chunks;

    /** All that clients asked. */
    final ConcurrentLinkedQueue<ConReq> requests = new ConcurrentLinkedQueue<>();

    RawServer(RawScript script) throws IOException {
        this(script, Subject.PROVIDER, Subject.ADDRESS);
    }

    RawServer(RawScript script, VerbsProvider provider, InetAddress address) throws IOException {
        this.provider = provider;
        this.script = script;
        this.control = ControlLoop.start(provider, this, Ambient.real(), "raw-server");
        control.execute(() -> listen(address));
        port.join();
    }

    private void listen(InetAddress address) {
        try {
            RdmaCmId id = provider.cm().createId(control.channel(), RdmaCm.RDMA_PS_TCP);
            listener = id;
            provider.cm().bindAddr(id, new InetSocketAddress(address, 0));
            provider.cm().listen(id, 16);
            port.complete(((InetSocketAddress) provider.cm().getSrcAddr(id)).getPort());
        } catch (IOException e) {
            port.completeExceptionally(e);
        }
    }

    int port() {
        return port.join();
    }

    /** From now on nothing is answered. */
    void mute() {
        muted = true;
    }

    /** Sends DREQ on all connections, as a server does that goes. */
    void disconnectAll() {
        control.execute(() -> byId.values().forEach(RawServerConnection::disconnect));
    }

    /** Connections that stand. */
    List<RawServerConnection> connections() {
        return byId.values().stream().sorted((a, b) -> a.cid - b.cid).toList();
    }

    @Override
    public void onCmEvent(CmEvent event, long nowNs) {
        try {
            RdmaCmId id = event.getConnIdPriv();
            switch (event.type()) {
                case RDMA_CM_EVENT_CONNECT_REQUEST -> onConnectRequest(id, event.privateData());
                case RDMA_CM_EVENT_DISCONNECTED, RDMA_CM_EVENT_REJECTED, RDMA_CM_EVENT_CONNECT_ERROR -> {
                    RawServerConnection connection = byId.remove(id);
                    if (connection != null) {
                        connection.answerGoodbye();
                    }
                }
                default -> {}
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void onConnectRequest(RdmaCmId id, byte[] privateData) throws IOException {
        ConReq request = ConReq.decode(privateData);
        requests.add(request);
        byte[] reject = script.reject(request);
        if (reject != null) {
            provider.cm().reject(id, reject);
            provider.cm().destroyCmId(id);
            return;
        }
        byte[] response = script.accept(request);
        if (response == null) {
            resources.add(() -> provider.cm().destroyCmId(id));
            return; // never answered
        }
        accept(id, request, response);
    }

    private void accept(RdmaCmId id, ConReq request, byte[] response) throws IOException {
        Device device = prepare(id);
        resources.add(() -> provider.cm().destroyCmId(id));
        ConnectionSizes sizes = ConnectionSizes.service(device.attributes());
        CompletionLoop loop = CompletionLoop.threaded(WaitStrategy.EVENTS, System::nanoTime, "raw-con" + request.cid());
        ConnectionQueue queue = loop.queue(device, sizes, 1, 0);
        Connection connection = Connection.create(device, id, request.cid(), sizes, queue);
        Slab infoRequest = Slab.allocate(device.verbs(), device.pd(), Protocol.INFO_REQ_SIZE, Slab.LOCAL);
        if (request.cid() == 0) {
            connection.postFirstReceive(infoRequest, Protocol.INFO_REQ_SIZE);
        }
        Slab receives = Slab.allocate(device.verbs(), device.pd(), RECEIVES * 64L, Slab.LOCAL);
        connection.startReceives(RECEIVES, receives.segment(), 64, receives.lkey());
        RawServerConnection raw = new RawServerConnection(this, request, connection, device);
        byId.put(id, raw);
        byConnection.put(connection, raw);
        raw.loop = loop;
        loop.start(connection, this);
        resources.add(() -> {
            raw.stop();
            raw.closeCalls();
            connection.close();
            queue.close();
            loop.close();
            raw.closeMemory();
            receives.close();
            infoRequest.close();
        });
        ConnParam param = new ConnParam().privateData(response);
        param.setRnr_retry_count((byte) Protocol.RETRY_COUNT);
        provider.cm().accept(id, param);
    }

    /** One domain and one memory for all connections, so that a key is good on each of them. */
    private Device prepare(RdmaCmId id) throws IOException {
        Device opened = device;
        if (opened != null) {
            return opened;
        }
        Device made = Device.open(provider, id.getVerbs());
        device = made;
        resources.add(made);
        Slab memory = Slab.allocate(made.verbs(), made.pd(), script.chunkBytes(), Slab.REMOTE_WRITE);
        chunks = memory;
        resources.add(memory);
        return made;
    }

    /** What clients write to. */
    Slab chunks() {
        return Objects.requireNonNull(chunks, "no client has connected");
    }

    @Override
    public void onCompletion(Connection connection, IbvWC completion) {
        RawServerConnection raw = byConnection.get(connection);
        if (completion.getStatus() != Connection.SUCCESS || muted || raw == null || raw.muted) {
            return;
        }
        int kind = WorkId.kind(completion.getWr_id());
        if (kind == WorkId.INFO_RECEIVE) {
            byte[] info = script.info(raw);
            if (info != null) {
                raw.send(info);
            }
        } else if (kind == WorkId.RECEIVE && completion.getOpcode() == WrOpcode.WC_RECV_RDMA_WITH_IMM) {
            onImmediate(raw, Imm.fromRaw(completion.getImm_data()));
        }
    }

    private void onImmediate(RawServerConnection raw, int immediate) {
        switch (Immediates.type(immediate)) {
            case Immediates.TYPE_IO_REQ -> script.onRequest(raw, immediate);
            case Immediates.TYPE_HB_MSG -> raw.immediate(Immediates.HB_ACK);
            default -> {}
        }
    }

    @Override
    public void onFailure(Connection connection, String reason, int errno) {
        // The script broke it.
    }

    @Override
    public void onDrained(Connection connection) {
        RawServerConnection raw = byConnection.get(connection);
        if (raw != null && raw.loop != null) {
            raw.loop.stop(raw.connection);
        }
    }

    @Override
    public void onTick(long nowNs) {}

    @Override
    public void onLoopFailed(IOException why) {
        throw new IllegalStateException(why);
    }

    @Override
    public long nextDeadlineNs() {
        return NO_DEADLINE;
    }

    @Override
    public void close() throws IOException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        control.execute(() -> {
            try {
                byId.values().forEach(RawServerConnection::disconnect);
                byId.clear();
                for (AutoCloseable resource : resources.reversed()) {
                    resource.close();
                }
                provider.cm().destroyCmId(Objects.requireNonNull(listener));
                done.complete(null);
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        done.join();
        control.close();
    }
}
