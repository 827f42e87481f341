package io.rtrs.verbs.ibverbs.driver;

import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.RdmaCmEvent;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaConnParam;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.ibverbs.ffm.Errno;
import io.rtrs.verbs.ibverbs.ffm.LibRdmacm;
import io.rtrs.verbs.ibverbs.ffm.NativeMemory;
import io.rtrs.verbs.ibverbs.layout.CmLayout.rdma_cm_id;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Connection management by librdmacm.
 *
 * <p>Events are acknowledged to the library when they are taken: {@link #ackCmEvent} has nothing left to do, and an id may
 * be destroyed while an event about it is being handled.
 */
public final class RdmacmCm extends ExtendedCm {
    private final ConnectionIds ids;

    /** Connection management for the devices of a provider. */
    public RdmacmCm(Devices devices) {
        this.ids = new ConnectionIds(devices);
    }

    private static ConnectionId own(@Nullable RdmaCmId id) throws VerbsException {
        return Own.handle(ConnectionId.class, id);
    }

    /** Whether a device of libibverbs has the address. */
    public boolean serves(InetAddress address) {
        long channel = LibRdmacm.createEventChannel();
        if (channel == 0) {
            return false;
        }
        long id = LibRdmacm.createId(channel, RDMA_PS_TCP);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment local = SocketAddresses.write(arena, new InetSocketAddress(address, 0));
            return id != 0
                    && LibRdmacm.bindAddr(id, local.address()) == 0
                    && NativeMemory.getLong(id + rdma_cm_id.verbs) != 0;
        } catch (VerbsException e) {
            return false;
        } finally {
            if (id != 0) {
                LibRdmacm.destroyId(id);
            }
            LibRdmacm.destroyEventChannel(channel);
        }
    }

    @Override
    public RdmaEventChannel createEventChannel() throws IOException {
        return CmEventChannel.create(ids);
    }

    @Override
    public RdmaCmId createId(RdmaEventChannel channel, short portSpace) throws IOException {
        CmEventChannel own = Own.handle(CmEventChannel.class, channel);
        long address = LibRdmacm.createId(own.nativeHandle().live(), portSpace);
        return ids.add(own, Own.made("rdma_create_id", address));
    }

    @Override
    public IbvQP createQP(RdmaCmId id, IbvPd pd, IbvQPInitAttr attr) throws IOException {
        ConnectionId own = own(id);
        ProtectionDomain domain = Own.handle(ProtectionDomain.class, pd);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment native_ = Parameters.initAttr(arena, attr);
            long pdAddress = domain.nativeHandle().live();
            own.nativeHandle()
                    .call("rdma_create_qp", address -> LibRdmacm.createQp(address, pdAddress, native_.address()));
            Parameters.granted(native_, attr.cap());
        }
        QueuePair qp = new QueuePair(
                domain, attr, NativeMemory.getLong(own.nativeHandle().live() + rdma_cm_id.qp));
        own.queuePair(qp);
        return qp;
    }

    @Override
    public void bindAddr(RdmaCmId id, SocketAddress address) throws IOException {
        ConnectionId own = own(id);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment local = SocketAddresses.write(arena, address);
            own.nativeHandle().call("rdma_bind_addr to " + address, it -> LibRdmacm.bindAddr(it, local.address()));
        }
        own.refresh(own.nativeHandle().live());
    }

    @Override
    public void listen(RdmaCmId id, int backlog) throws IOException {
        ConnectionId own = own(id);
        own.nativeHandle().call("rdma_listen", it -> LibRdmacm.listen(it, backlog));
        own.refresh(own.nativeHandle().live());
    }

    @Override
    public void resolveAddr(RdmaCmId id, @Nullable SocketAddress source, SocketAddress destination, int timeoutMs)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            long from =
                    source == null ? 0 : SocketAddresses.write(arena, source).address();
            long to = SocketAddresses.write(arena, destination).address();
            own(id).nativeHandle()
                    .call("rdma_resolve_addr of " + destination, it -> LibRdmacm.resolveAddr(it, from, to, timeoutMs));
        }
    }

    @Override
    public void resolveRoute(RdmaCmId id, int timeoutMs) throws IOException {
        own(id).nativeHandle().call("rdma_resolve_route", it -> LibRdmacm.resolveRoute(it, timeoutMs));
    }

    @Override
    @SuppressWarnings("NullAway") // DiSNI's contract: null when the time is over
    public CmEvent getCmEvent(RdmaEventChannel channel, int timeoutMs) throws IOException {
        return Own.handle(CmEventChannel.class, channel).take(timeoutMs);
    }

    @Override
    public void connect(RdmaCmId id, @Nullable RdmaConnParam param) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            long native_ = Parameters.connParam(arena, param).address();
            own(id).nativeHandle().call("rdma_connect", it -> LibRdmacm.connect(it, native_));
        }
    }

    @Override
    public void accept(RdmaCmId id, @Nullable RdmaConnParam param) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            long native_ = Parameters.connParam(arena, param).address();
            own(id).nativeHandle().call("rdma_accept", it -> LibRdmacm.accept(it, native_));
        }
    }

    @Override
    public void reject(RdmaCmId id, byte[] privateData) throws IOException {
        if (privateData.length > 255) {
            throw new VerbsException("private data of " + privateData.length + " bytes in a reject", Errno.EINVAL);
        }
        try (Arena arena = Arena.ofConfined()) {
            long data = Parameters.bytes(arena, privateData);
            own(id).nativeHandle().call("rdma_reject", it -> LibRdmacm.reject(it, data, privateData.length));
        }
    }

    /** Nothing is left to do; see the class. */
    @Override
    public int ackCmEvent(RdmaCmEvent event) {
        return 0;
    }

    @Override
    public int disconnect(RdmaCmId id) throws IOException {
        own(id).nativeHandle().call("rdma_disconnect", LibRdmacm::disconnect);
        return 0;
    }

    @Override
    public void reuseAddress(RdmaCmId id) throws IOException {
        own(id).nativeHandle().call("rdma_set_option REUSEADDR", LibRdmacm::setReuseAddress);
    }

    @Override
    public void notifyEstablished(RdmaCmId id) throws IOException {
        own(id).nativeHandle().call("rdma_notify", LibRdmacm::notifyEstablished);
    }

    @Override
    public void wakeup(RdmaEventChannel channel) {
        if (channel instanceof CmEventChannel own) {
            own.wakeup();
        }
    }

    @Override
    public int destroyEventChannel(RdmaEventChannel channel) throws IOException {
        Own.handle(CmEventChannel.class, channel).destroy();
        return 0;
    }

    @Override
    public int destroyCmId(RdmaCmId id) throws IOException {
        ConnectionId own = own(id);
        if (own.queuePair() != null) {
            throw new VerbsException(
                    "the queue pair of the connection id is to be destroyed before it", 16 /* EBUSY */);
        }
        own.nativeHandle().destroy("rdma_destroy_id", address -> {
            ids.remove(address);
            int errno = LibRdmacm.destroyId(address);
            if (errno != 0) {
                ids.restore(address, own);
            }
            return errno;
        });
        own.close();
        return 0;
    }

    @Override
    public int destroyQP(RdmaCmId id) throws IOException {
        ConnectionId own = own(id);
        QueuePair qp = own.queuePair();
        if (qp == null) {
            throw new VerbsException("the connection id has no queue pair", Errno.EINVAL);
        }
        own.nativeHandle().call("rdma_destroy_qp", address -> {
            LibRdmacm.destroyQp(address);
            return 0;
        });
        forget(own, qp);
        return 0;
    }

    private static void forget(ConnectionId id, QueuePair qp) {
        id.queuePair(null);
        qp.nativeHandle().gone();
        qp.close();
    }

    @Override
    @SuppressWarnings("NullAway") // DiSNI's contract: null where there is none
    public SocketAddress getSrcAddr(RdmaCmId id) throws IOException {
        return SocketAddresses.read(own(id).nativeHandle().live() + rdma_cm_id.route_addr_src_addr);
    }

    @Override
    @SuppressWarnings("NullAway") // DiSNI's contract: null where there is none
    public SocketAddress getDstAddr(RdmaCmId id) throws IOException {
        return SocketAddresses.read(own(id).nativeHandle().live() + rdma_cm_id.route_addr_dst_addr);
    }

    /** Destroys the queue pair, if there is one, and the id. */
    @Override
    public int destroyEp(RdmaCmId id) throws IOException {
        if (own(id).queuePair() != null) {
            destroyQP(id);
        }
        return destroyCmId(id);
    }
}
