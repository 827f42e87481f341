package io.rtrs.interop.rtrs;

import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.RdmaCmEvent;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaConnParam;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.verbs.ExtendedCm;

import java.io.IOException;
import java.net.SocketAddress;

/** Connection management that leaves all to another; who extends it changes what he wants to be different. */
abstract class ForwardingCm extends ExtendedCm {
    private final ExtendedCm to;

    ForwardingCm(ExtendedCm to) {
        this.to = to;
    }

    @Override
    public RdmaCmEvent getCmEvent(RdmaEventChannel channel, int timeout) throws IOException {
        return to.getCmEvent(channel, timeout);
    }

    @Override
    public RdmaEventChannel createEventChannel() throws IOException {
        return to.createEventChannel();
    }

    @Override
    public RdmaCmId createId(RdmaEventChannel channel, short space) throws IOException {
        return to.createId(channel, space);
    }

    @Override
    public IbvQP createQP(RdmaCmId id, IbvPd pd, IbvQPInitAttr attr) throws IOException {
        return to.createQP(id, pd, attr);
    }

    @Override
    public void bindAddr(RdmaCmId id, SocketAddress address) throws IOException {
        to.bindAddr(id, address);
    }

    @Override
    public void listen(RdmaCmId id, int backlog) throws IOException {
        to.listen(id, backlog);
    }

    @Override
    public void resolveAddr(RdmaCmId id, SocketAddress from, SocketAddress dest, int timeout) throws IOException {
        to.resolveAddr(id, from, dest, timeout);
    }

    @Override
    public void resolveRoute(RdmaCmId id, int timeout) throws IOException {
        to.resolveRoute(id, timeout);
    }

    @Override
    public void connect(RdmaCmId id, RdmaConnParam param) throws IOException {
        to.connect(id, param);
    }

    @Override
    public void accept(RdmaCmId id, RdmaConnParam param) throws IOException {
        to.accept(id, param);
    }

    @Override
    public void reject(RdmaCmId id, byte[] privateData) throws IOException {
        to.reject(id, privateData);
    }

    @Override
    public void reuseAddress(RdmaCmId id) throws IOException {
        to.reuseAddress(id);
    }

    @Override
    public void notifyEstablished(RdmaCmId id) throws IOException {
        to.notifyEstablished(id);
    }

    @Override
    public void wakeup(RdmaEventChannel channel) {
        to.wakeup(channel);
    }

    @Override
    public int ackCmEvent(RdmaCmEvent event) {
        return to.ackCmEvent(event);
    }

    @Override
    public int disconnect(RdmaCmId id) throws IOException {
        return to.disconnect(id);
    }

    @Override
    public int destroyEventChannel(RdmaEventChannel channel) throws IOException {
        return to.destroyEventChannel(channel);
    }

    @Override
    public int destroyCmId(RdmaCmId id) throws IOException {
        return to.destroyCmId(id);
    }

    @Override
    public int destroyQP(RdmaCmId id) throws IOException {
        return to.destroyQP(id);
    }

    @Override
    public SocketAddress getSrcAddr(RdmaCmId id) throws IOException {
        return to.getSrcAddr(id);
    }

    @Override
    public SocketAddress getDstAddr(RdmaCmId id) throws IOException {
        return to.getDstAddr(id);
    }

    @Override
    public int destroyEp(RdmaCmId id) throws IOException {
        return to.destroyEp(id);
    }
}
