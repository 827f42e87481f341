package io.rtrs.soft.inprocess;

import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaConnParam;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.soft.Device;
import io.rtrs.soft.Live;
import io.rtrs.soft.SoftwareCm;
import io.rtrs.soft.completion.CompletionQueue;
import io.rtrs.soft.connection.CmId;
import io.rtrs.soft.connection.EventChannel;
import io.rtrs.soft.memory.Domain;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.libc.Errno;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketAddress;

/** Connection management: what an id may do, and its queue pair; the connections themselves are the {@link Fabric}'s. */
final class Cm extends SoftwareCm {
    private final Fabric fabric;

    Cm(VerbsProvider provider, Fabric fabric, Live live) {
        super(provider, live);
        this.fabric = fabric;
    }

    @Override
    public RdmaCmId createId(RdmaEventChannel channel, short portSpace) throws IOException {
        Id id = new Id((EventChannel) channel, portSpace);
        fabric.add(id);
        live.ids.set(fabric.count());
        return id;
    }

    @Override
    protected boolean hasQueuePair(CmId id) {
        return ((Id) id).qp != null;
    }

    @Override
    protected IbvQP newQueuePair(
            CmId cmId, Domain domain, IbvQPInitAttr attr, CompletionQueue sendCq, CompletionQueue recvCq)
            throws IOException {
        Id id = (Id) cmId;
        Link link = id.link != null ? id.link : new Link();
        Qp qp = new Qp(link, domain, attr, sendCq, recvCq, fabric.nextQpNumber());
        id.attach(qp);
        return qp;
    }

    @Override
    protected IbvQP removeQueuePair(CmId cmId) throws IOException {
        Id id = (Id) cmId;
        Qp qp = java.util.Objects.requireNonNull(id.qp);
        id.attach(null);
        synchronized (qp.link) {
            qp.reset();
        }
        qp.close();
        return qp;
    }

    @Override
    public void bindAddr(RdmaCmId id, SocketAddress address) throws IOException {
        fabric.bind((Id) id, internet(address));
    }

    @Override
    public void listen(RdmaCmId id, int backlog) throws IOException {
        fabric.listen((Id) id);
    }

    @Override
    public void resolveAddr(RdmaCmId id, @Nullable SocketAddress source, SocketAddress destination, int timeoutMs)
            throws IOException {
        fabric.resolveAddress((Id) id, source == null ? null : internet(source), internet(destination));
    }

    @Override
    public void resolveRoute(RdmaCmId id, int timeoutMs) throws IOException {
        fabric.resolveRoute((Id) id);
    }

    @Override
    public void connect(RdmaCmId id, @Nullable RdmaConnParam parameters) throws IOException {
        ConnParam meant = ConnParam.of(parameters, Device.MAX_READS);
        fabric.connect((Id) id, meant, privateData(meant));
        live.ids.set(fabric.count());
    }

    @Override
    public void accept(RdmaCmId id, @Nullable RdmaConnParam parameters) throws IOException {
        ConnParam meant = ConnParam.of(parameters, Device.MAX_READS);
        fabric.accept((Id) id, meant, privateData(meant));
    }

    @Override
    public void reject(RdmaCmId id, byte[] privateData) throws IOException {
        fabric.reject((Id) id, privateData);
    }

    @Override
    public void reuseAddress(RdmaCmId id) {
        synchronized (fabric) {
            ((Id) id).reuse = true;
        }
    }

    @Override
    public void notifyEstablished(RdmaCmId id) throws IOException {
        fabric.notifyEstablished((Id) id);
    }

    @Override
    public int disconnect(RdmaCmId id) throws IOException {
        fabric.disconnect((Id) id);
        return 0;
    }

    @Override
    public int destroyCmId(RdmaCmId cmId) throws IOException {
        Id id = (Id) cmId;
        if (id.qp != null) {
            throw new VerbsException("the id still has its queue pair", Errno.EBUSY);
        }
        if (!fabric.exists(id)) {
            throw new VerbsException("the id is destroyed already", Errno.EINVAL);
        }
        fabric.remove(id);
        live.ids.set(fabric.count());
        return 0;
    }
}
