package io.rtrs.verbs;

import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPCap;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmEvent;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaConnParam;
import com.ibm.disni.verbs.RdmaEventChannel;

import java.io.IOException;
import java.net.SocketAddress;

/**
 * Sends each connection-management call of DiSNI to the provider of its object.
 *
 * <p>Where DiSNI's own library does other than its API says, so does this: a queue pair has room for four SGEs at least;
 * what is still in use is not destroyed, which the returned errno says.
 */
final class DisniCm extends RdmaCm {
    private static final int LEAST_SGES = 4;

    private static RdmaCm of(RdmaCmId id) throws IOException {
        return DisniProvider.ownerOf(id).cm();
    }

    @Override
    public RdmaEventChannel createEventChannel() throws IOException {
        return DisniProvider.defaultProvider().cm().createEventChannel();
    }

    @Override
    public RdmaCmId createId(RdmaEventChannel channel, short portSpace) throws IOException {
        return DisniProvider.ownerOf(channel).cm().createId(channel, portSpace);
    }

    @Override
    public IbvQP createQP(RdmaCmId id, IbvPd pd, IbvQPInitAttr attr) throws IOException {
        IbvQPCap cap = attr.cap();
        cap.setMax_send_sge(Math.max(cap.getMax_send_sge(), LEAST_SGES));
        cap.setMax_recv_sge(Math.max(cap.getMax_recv_sge(), LEAST_SGES));
        VerbsProvider owner = DisniProvider.ownerOf(id);
        IbvQP qp = owner.cm().createQP(id, pd, attr);
        owner.verbs().acknowledgeFirst(qp);
        return qp;
    }

    @Override
    public void bindAddr(RdmaCmId id, SocketAddress address) throws IOException {
        of(id).bindAddr(id, address);
    }

    @Override
    public void listen(RdmaCmId id, int backlog) throws IOException {
        of(id).listen(id, backlog);
    }

    @Override
    public void resolveAddr(RdmaCmId id, SocketAddress source, SocketAddress destination, int timeoutMs)
            throws IOException {
        of(id).resolveAddr(id, source, destination, timeoutMs);
    }

    @Override
    public void resolveRoute(RdmaCmId id, int timeoutMs) throws IOException {
        of(id).resolveRoute(id, timeoutMs);
    }

    @Override
    public RdmaCmEvent getCmEvent(RdmaEventChannel channel, int timeoutMs) throws IOException {
        return DisniProvider.ownerOf(channel).cm().getCmEvent(channel, timeoutMs);
    }

    @Override
    public void connect(RdmaCmId id, RdmaConnParam param) throws IOException {
        of(id).connect(id, param);
    }

    @Override
    public void accept(RdmaCmId id, RdmaConnParam param) throws IOException {
        of(id).accept(id, param);
    }

    @Override
    public int ackCmEvent(RdmaCmEvent event) {
        RdmaCmId id = event.getConnIdPriv() != null ? event.getConnIdPriv() : event.getListenIdPriv();
        try {
            return of(id).ackCmEvent(event);
        } catch (IOException e) {
            return -1;
        }
    }

    @Override
    public int disconnect(RdmaCmId id) throws IOException {
        return of(id).disconnect(id);
    }

    @Override
    public int destroyEventChannel(RdmaEventChannel channel) throws IOException {
        return DisniProvider.unlessInUse(
                () -> DisniProvider.ownerOf(channel).cm().destroyEventChannel(channel));
    }

    @Override
    public int destroyCmId(RdmaCmId id) throws IOException {
        return of(id).destroyCmId(id);
    }

    @Override
    public int destroyQP(RdmaCmId id) throws IOException {
        return of(id).destroyQP(id);
    }

    @Override
    public SocketAddress getSrcAddr(RdmaCmId id) throws IOException {
        return of(id).getSrcAddr(id);
    }

    @Override
    public SocketAddress getDstAddr(RdmaCmId id) throws IOException {
        return of(id).getDstAddr(id);
    }

    @Override
    public int destroyEp(RdmaCmId id) throws IOException {
        return of(id).destroyEp(id);
    }
}
