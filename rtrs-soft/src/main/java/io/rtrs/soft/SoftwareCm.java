package io.rtrs.soft;

import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPCap;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.RdmaCmEvent;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.soft.completion.CompletionQueue;
import io.rtrs.soft.connection.CmId;
import io.rtrs.soft.connection.EventChannel;
import io.rtrs.soft.memory.Domain;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.libc.Errno;
import io.rtrs.verbs.memory.Memory;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Connection management as far as it is the same for every provider in software: channels, events, arguments, and what a
 * queue pair counts on.
 *
 * <p><b>Threading:</b> safe from any thread.
 */
public abstract class SoftwareCm extends ExtendedCm {
    /** Counts of what exists. */
    protected final Live live;

    private final VerbsProvider provider;

    /** Counts what it makes in {@code live}. */
    protected SoftwareCm(VerbsProvider provider, Live live) {
        this.provider = provider;
        this.live = live;
    }

    // ---- channels and events

    @Override
    public final RdmaEventChannel createEventChannel() throws IOException {
        EventChannel channel = new EventChannel(provider);
        live.eventChannels.incrementAndGet();
        return channel;
    }

    @Override
    public final int destroyEventChannel(RdmaEventChannel eventChannel) throws IOException {
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
    public final @Nullable RdmaCmEvent getCmEvent(RdmaEventChannel channel, int timeoutMs) throws IOException {
        return ((EventChannel) channel).next(timeoutMs);
    }

    /** Nothing is left to do: nothing waits for acknowledgements. */
    @Override
    public final int ackCmEvent(RdmaCmEvent event) {
        return 0;
    }

    @Override
    public final void wakeup(RdmaEventChannel channel) {
        ((EventChannel) channel).wakeup();
    }

    // ---- queue pairs

    @Override
    public final IbvQP createQP(RdmaCmId cmId, IbvPd pd, IbvQPInitAttr attr) throws IOException {
        CmId id = (CmId) cmId;
        CompletionQueue sendCq = (CompletionQueue) attr.getSend_cq();
        CompletionQueue recvCq = (CompletionQueue) attr.getRecv_cq();
        if (hasQueuePair(id) || id.getVerbs() == null || sendCq == null || recvCq == null) {
            throw new VerbsException(
                    "a queue pair needs an id with a device and without a queue pair, and two completion queues",
                    Errno.EINVAL);
        }
        checkLimits(attr);
        Domain domain = (Domain) pd;
        IbvQP made = newQueuePair(id, domain, attr, sendCq, recvCq);
        domain.users.incrementAndGet();
        sendCq.users.incrementAndGet();
        recvCq.users.incrementAndGet();
        live.queuePairs.incrementAndGet();
        return made;
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
    public final int destroyQP(RdmaCmId id) throws IOException {
        if (!hasQueuePair((CmId) id)) {
            throw new VerbsException("the id has no queue pair", Errno.EINVAL);
        }
        IbvQP qp = removeQueuePair((CmId) id);
        ((Domain) qp.getPd()).users.decrementAndGet();
        ((CompletionQueue) qp.getSend_cq()).users.decrementAndGet();
        ((CompletionQueue) qp.getRecv_cq()).users.decrementAndGet();
        live.queuePairs.decrementAndGet();
        return 0;
    }

    /** Whether the id has a queue pair. */
    protected abstract boolean hasQueuePair(CmId id);

    /** Makes the id's queue pair; the arguments are checked. */
    protected abstract IbvQP newQueuePair(
            CmId id, Domain domain, IbvQPInitAttr attr, CompletionQueue sendCq, CompletionQueue recvCq)
            throws IOException;

    /** Destroys the id's queue pair: it reports nothing any more. */
    protected abstract IbvQP removeQueuePair(CmId id) throws IOException;

    // ---- ids

    @Override
    public final int destroyEp(RdmaCmId id) throws IOException {
        if (hasQueuePair((CmId) id)) {
            destroyQP(id);
        }
        return destroyCmId(id);
    }

    @Override
    public final @Nullable SocketAddress getSrcAddr(RdmaCmId id) {
        return ((CmId) id).source;
    }

    @Override
    public final @Nullable SocketAddress getDstAddr(RdmaCmId id) {
        return ((CmId) id).destination;
    }

    // ---- arguments

    /** The address, which must be an IP address. */
    protected static InetSocketAddress internet(SocketAddress address) throws VerbsException {
        if (address instanceof InetSocketAddress inet && !inet.isUnresolved()) {
            return inet;
        }
        throw new VerbsException(address + " is not a resolved IP address", Errno.EINVAL);
    }

    /** The private data of the parameters: their own bytes, else what DiSNI's address names. */
    protected static byte[] privateData(ConnParam parameters) {
        if (parameters.privateData().length != 0) {
            return parameters.privateData();
        }
        int length = Byte.toUnsignedInt(parameters.getPrivate_data_len());
        long address = parameters.getPrivate_data();
        return address == 0 || length == 0 ? new byte[0] : Memory.bytes(address, length);
    }
}
