package io.rtrs.verbs.inprocess;

import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPCap;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.RdmaCmEvent;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaConnParam;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.completion.CompletionQueue;
import io.rtrs.verbs.connection.Event;
import io.rtrs.verbs.connection.EventChannel;
import io.rtrs.verbs.memory.Domain;
import io.rtrs.verbs.memory.Memory;
import io.rtrs.verbs.software.Device;
import io.rtrs.verbs.software.Live;
import io.rtrs.verbs.work.Errno;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Connection management: what an id may do, and its queue pair; the connections themselves are the {@link Fabric}'s. */
final class Cm extends ExtendedCm {
    private final VerbsProvider provider;
    private final Fabric fabric;
    private final Live live;

    Cm(VerbsProvider provider, Fabric fabric, Live live) {
        this.provider = provider;
        this.fabric = fabric;
        this.live = live;
    }

    @Override
    public RdmaEventChannel createEventChannel() throws IOException {
        EventChannel channel = new EventChannel(provider);
        live.eventChannels.incrementAndGet();
        return channel;
    }

    @Override
    public int destroyEventChannel(RdmaEventChannel eventChannel) throws IOException {
        EventChannel channel = (EventChannel) eventChannel;
        int users = channel.users.get();
        if (users != 0 || !channel.isOpen()) {
            throw new VerbsException(
                    users != 0 ? "the event channel still has " + users + " ids" : "destroyed twice", Errno.EBUSY);
        }
        channel.close();
        live.eventChannels.decrementAndGet();
        return 0;
    }

    @Override
    public RdmaCmId createId(RdmaEventChannel channel, short portSpace) throws IOException {
        Id id = new Id((EventChannel) channel, portSpace);
        fabric.add(id);
        live.ids.set(fabric.count());
        return id;
    }

    @Override
    public IbvQP createQP(RdmaCmId cmId, IbvPd pd, IbvQPInitAttr attr) throws IOException {
        Id id = (Id) cmId;
        CompletionQueue sendCq = (CompletionQueue) attr.getSend_cq();
        CompletionQueue recvCq = (CompletionQueue) attr.getRecv_cq();
        if (id.qp != null || id.getVerbs() == null || sendCq == null || recvCq == null) {
            throw new VerbsException(
                    "a queue pair needs an id with a device and without a queue pair, and two completion queues",
                    Errno.EINVAL);
        }
        checkLimits(attr);
        Domain domain = (Domain) pd;
        Link link = id.link != null ? id.link : new Link();
        Qp qp = new Qp(link, domain, attr, sendCq, recvCq, fabric.nextQpNumber());
        domain.users.incrementAndGet();
        sendCq.users.incrementAndGet();
        recvCq.users.incrementAndGet();
        live.queuePairs.incrementAndGet();
        id.attach(qp);
        return qp;
    }

    private static void checkLimits(IbvQPInitAttr attr) throws VerbsException {
        IbvQPCap cap = attr.cap();
        int requests = Math.max(cap.getMax_send_wr(), cap.getMax_recv_wr());
        int sges = Math.max(cap.getMax_send_sge(), cap.getMax_recv_sge());
        int least = Math.min(
                Math.min(cap.getMax_send_wr(), cap.getMax_recv_wr()),
                Math.min(cap.getMax_send_sge(), cap.getMax_recv_sge()));
        if (requests > Device.MAX_QP_WR || sges > Device.MAX_SGE || least < 0) {
            throw new VerbsException(
                    requests + " work requests with " + sges + " SGEs; at most " + Device.MAX_QP_WR + " with "
                            + Device.MAX_SGE + " are possible",
                    Errno.EINVAL);
        }
        if (attr.getQp_type() != IbvQP.IBV_QPT_RC || attr.getSrq() != 0) {
            throw new VerbsException(
                    "only reliable connected queue pairs without a shared receive queue", Errno.EINVAL);
        }
    }

    @Override
    public int destroyQP(RdmaCmId cmId) throws IOException {
        Id id = (Id) cmId;
        Qp qp = id.qp;
        if (qp == null) {
            throw new VerbsException("the id has no queue pair", Errno.EINVAL);
        }
        id.attach(null);
        synchronized (qp.link) {
            qp.reset();
        }
        qp.close();
        qp.domain.users.decrementAndGet();
        qp.sendCq.users.decrementAndGet();
        qp.recvCq.users.decrementAndGet();
        live.queuePairs.decrementAndGet();
        return 0;
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
    public @Nullable RdmaCmEvent getCmEvent(RdmaEventChannel channel, int timeoutMs) throws IOException {
        return ((EventChannel) channel).next(timeoutMs);
    }

    @Override
    public int ackCmEvent(RdmaCmEvent event) {
        ((Event) event).acknowledge();
        return 0;
    }

    @Override
    public void connect(RdmaCmId id, RdmaConnParam parameters) throws IOException {
        fabric.connect((Id) id, parameters, privateData(parameters));
        live.ids.set(fabric.count());
    }

    @Override
    public void accept(RdmaCmId id, RdmaConnParam parameters) throws IOException {
        fabric.accept((Id) id, parameters, privateData(parameters));
    }

    private static byte[] privateData(RdmaConnParam parameters) {
        if (parameters instanceof ConnParam ours && ours.privateData().length != 0) {
            return ours.privateData();
        }
        int length = Byte.toUnsignedInt(parameters.getPrivate_data_len());
        long address = parameters.getPrivate_data();
        return address == 0 || length == 0 ? new byte[0] : Memory.bytes(address, length);
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
    public void wakeup(RdmaEventChannel channel) {
        ((EventChannel) channel).wakeup();
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
        id.awaitAcknowledged();
        fabric.remove(id);
        live.ids.set(fabric.count());
        return 0;
    }

    @Override
    public int destroyEp(RdmaCmId id) throws IOException {
        if (((Id) id).qp != null) {
            destroyQP(id);
        }
        return destroyCmId(id);
    }

    @Override
    public SocketAddress getSrcAddr(RdmaCmId id) throws IOException {
        return known(((Id) id).source);
    }

    @Override
    public SocketAddress getDstAddr(RdmaCmId id) throws IOException {
        return known(((Id) id).destination);
    }

    private static SocketAddress known(@Nullable InetSocketAddress address) throws VerbsException {
        if (address == null) {
            throw new VerbsException("the id has no such address yet", Errno.EINVAL);
        }
        return address;
    }

    private static InetSocketAddress internet(SocketAddress address) throws VerbsException {
        if (address instanceof InetSocketAddress inet && !inet.isUnresolved()) {
            return inet;
        }
        throw new VerbsException(address + " is not a resolved IP address", Errno.EINVAL);
    }
}
