package io.rtrs.verbs.ibverbs.driver;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvCompChannel;
import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvRecvWR;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.SVCDeregMr;
import com.ibm.disni.verbs.SVCPollCq;
import com.ibm.disni.verbs.SVCRegMr;
import com.ibm.disni.verbs.SVCReqNotify;
import io.rtrs.verbs.BindWindow;
import io.rtrs.verbs.DeviceAttr;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.PostRecv;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.SendBatch;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.ibverbs.ffm.Errno;
import io.rtrs.verbs.ibverbs.ffm.NativeMemory;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;

/** Verbs by libibverbs. */
public final class IbvVerbs extends ExtendedVerbs {
    private static final long NS_PER_MS = 1_000_000;

    /** DiSNI's "the device or library has no on-demand paging". */
    private static final int NO_ODP = -1;

    /** Verbs of any device. */
    public IbvVerbs() {}

    private static DeviceContext own(IbvContext context) throws VerbsException {
        return Own.handle(DeviceContext.class, context);
    }

    private static ProtectionDomain own(IbvPd pd) throws VerbsException {
        return Own.handle(ProtectionDomain.class, pd);
    }

    private static CompletionQueue own(IbvCQ cq) throws VerbsException {
        return Own.handle(CompletionQueue.class, cq);
    }

    private static QueuePair own(IbvQP qp) throws VerbsException {
        return Own.handle(QueuePair.class, qp);
    }

    @Override
    public DeviceAttr queryDevice(IbvContext context) throws IOException {
        return own(context).query();
    }

    @Override
    public IbvPd allocPd(IbvContext context) throws IOException {
        return new ProtectionDomain(own(context));
    }

    @Override
    public int deallocPd(IbvPd pd) throws IOException {
        own(pd).dealloc();
        return 0;
    }

    @Override
    public IbvCompChannel createCompChannel(IbvContext context) throws IOException {
        return CqEventChannel.create(own(context));
    }

    @Override
    public int destroyCompChannel(IbvCompChannel channel) throws IOException {
        Own.handle(CqEventChannel.class, channel).destroy();
        return 0;
    }

    @Override
    public IbvCQ createCQ(IbvContext context, @Nullable IbvCompChannel channel, int entries, int vector)
            throws IOException {
        CqEventChannel own = channel == null ? null : Own.handle(CqEventChannel.class, channel);
        return CompletionQueue.create(own(context), own, entries, vector);
    }

    @Override
    public int destroyCQ(IbvCQ cq) throws IOException {
        own(cq).destroy();
        return 0;
    }

    /** Waits for an event of any queue of the channel, and acknowledges it. */
    @Override
    public boolean getCqEvent(IbvCompChannel channel, IbvCQ cq, int timeoutMs) throws IOException {
        return Own.handle(CqEventChannel.class, channel).await(timeoutMs < 0 ? -1 : timeoutMs * NS_PER_MS);
    }

    /** Nothing is left to do: events are acknowledged when they are taken. */
    @Override
    public int ackCqEvents(IbvCQ cq, int events) throws IOException {
        own(cq).nativeHandle().live();
        return 0;
    }

    /** Registers the whole buffer, whatever its position and limit, as DiSNI does. */
    @Override
    public SVCRegMr regMr(IbvPd pd, ByteBuffer buffer, int access) throws IOException {
        if (!buffer.isDirect()) {
            throw new VerbsException("only direct buffers can be registered", Errno.EINVAL);
        }
        return new RegMrCall(own(pd), MemorySegment.ofBuffer(buffer.duplicate().clear()), access);
    }

    @Override
    public SVCRegMr regMr(IbvPd pd, long address, int length, int access) throws IOException {
        return new RegMrCall(own(pd), NativeMemory.view(address, Integer.toUnsignedLong(length)), access);
    }

    @Override
    public MemoryRegion regMr(IbvPd pd, MemorySegment memory, int access) throws IOException {
        return Region.register(own(pd), memory, access);
    }

    @Override
    public SVCDeregMr deregMr(IbvMr mr) throws IOException {
        return new DeregMrCall(Own.handle(Region.class, mr));
    }

    /** Regions are pinned when they are registered: there is no on-demand paging here. */
    @Override
    public int queryOdpSupport(IbvContext context) throws IOException {
        own(context);
        return NO_ODP;
    }

    /** Always fails with EOPNOTSUPP, see {@link #queryOdpSupport}. */
    @Override
    public int expPrefetchMr(IbvMr mr, long address, int length) throws IOException {
        throw new VerbsException("no on-demand paging: regions are pinned, nothing to prefetch", Errno.EOPNOTSUPP);
    }

    @Override
    public MemoryWindow allocMw(IbvPd pd, int type) throws IOException {
        return Window.allocate(own(pd), type);
    }

    @Override
    public void deallocMw(MemoryWindow window) throws IOException {
        Own.handle(Window.class, window).dealloc();
    }

    @Override
    public BindWindow bindMw(IbvQP qp, MemoryWindow window, MemoryRegion region) throws IOException {
        return new BindCall(own(qp), Own.handle(Window.class, window), Own.handle(Region.class, region));
    }

    @Override
    public PostSend postSend(IbvQP qp, int count, int maxSge) throws IOException {
        return new SendCall(own(qp), count, maxSge);
    }

    @Override
    public SendBatch sendBatch(IbvQP qp, int capacity) throws IOException {
        return new LinkedSends(own(qp), capacity);
    }

    @Override
    public PostRecv postRecv(IbvQP qp, int count, int maxSge) throws IOException {
        return new RecvCall(own(qp), count, maxSge);
    }

    @Override
    public PostSend postSend(IbvQP qp, List<IbvSendWR> wrList, List<IbvSendWR> badWrList) throws IOException {
        return SendCall.of(own(qp), wrList);
    }

    @Override
    public PostRecv postRecv(IbvQP qp, List<IbvRecvWR> wrList, List<IbvRecvWR> badWrList) throws IOException {
        return RecvCall.of(own(qp), wrList);
    }

    @Override
    public SVCPollCq pollCQ(IbvCQ cq, IbvWC[] completions, int entries) throws IOException {
        return new PollCall(own(cq), completions, entries);
    }

    @Override
    public SVCReqNotify reqNotifyCQ(IbvCQ cq, boolean solicitedOnly) throws IOException {
        return new NotifyCall(own(cq), solicitedOnly);
    }

    @Override
    public void modifyToError(IbvQP qp) throws IOException {
        own(qp).modifyToError();
    }

    @Override
    public int queryState(IbvQP qp) throws IOException {
        return own(qp).queryState();
    }
}
