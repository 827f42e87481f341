package io.rtrs.soft;

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
import com.ibm.disni.verbs.SVCPostRecv;
import com.ibm.disni.verbs.SVCPostSend;
import com.ibm.disni.verbs.SVCRegMr;
import com.ibm.disni.verbs.SVCReqNotify;
import io.rtrs.soft.completion.Channel;
import io.rtrs.soft.completion.CompletionQueue;
import io.rtrs.soft.completion.NotifyCall;
import io.rtrs.soft.completion.PollCall;
import io.rtrs.soft.memory.Domain;
import io.rtrs.soft.memory.KeyTable;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.memory.Window;
import io.rtrs.soft.work.BindCall;
import io.rtrs.soft.work.EachSend;
import io.rtrs.soft.work.ReceiveCall;
import io.rtrs.soft.work.SendCall;
import io.rtrs.soft.work.WorkQueues;
import io.rtrs.verbs.BindWindow;
import io.rtrs.verbs.CompletionChannel;
import io.rtrs.verbs.DeviceAttr;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.PostRecv;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.SendBatch;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.libc.Errno;
import io.rtrs.verbs.memory.Memory;
import io.rtrs.verbs.memory.Registrable;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes and destroys the objects of the data path; what executes work requests is the provider's.
 *
 * <p><b>Threading:</b> safe from any thread.
 */
public abstract class SoftwareVerbs extends ExtendedVerbs {
    private final Live live;

    /** Counts what it makes in {@code live}. */
    protected SoftwareVerbs(Live live) {
        this.live = live;
    }

    /** A completion channel. */
    protected Channel newChannel(Device device) throws IOException {
        return new Channel(device, device.provider());
    }

    /** A completion queue. */
    protected CompletionQueue newQueue(Device device, @Nullable Channel events, int entries) throws IOException {
        return new CompletionQueue(device, device.provider(), events, entries);
    }

    @Override
    public DeviceAttr queryDevice(IbvContext context) {
        return ((Device) context).attributes();
    }

    @Override
    public IbvPd allocPd(IbvContext context) throws IOException {
        Device device = (Device) context;
        Domain pd = new Domain(device, device.keys, device.provider());
        live.domains.incrementAndGet();
        return pd;
    }

    @Override
    public int deallocPd(IbvPd pd) throws VerbsException {
        requireUnused(((Domain) pd).users, "the protection domain", "regions, windows and queue pairs");
        close(pd.isOpen(), pd::close, live.domains);
        return 0;
    }

    @Override
    public CompletionChannel createCompChannel(IbvContext context) throws IOException {
        Channel channel = newChannel((Device) context);
        live.completionChannels.incrementAndGet();
        return channel;
    }

    /** Completion queues may be left: the channel is counted until the last of them is destroyed. */
    @Override
    public int destroyCompChannel(IbvCompChannel channel) throws VerbsException {
        if (((Channel) channel).retire()) {
            live.completionChannels.decrementAndGet();
        }
        return 0;
    }

    @Override
    public IbvCQ createCQ(IbvContext context, @Nullable IbvCompChannel channel, int entries, int vector)
            throws IOException {
        if (entries < 1 || entries > Device.MAX_CQE) {
            throw new VerbsException(
                    "a completion queue of " + entries + " entries; 1 to " + Device.MAX_CQE + " are possible",
                    Errno.EINVAL);
        }
        Channel events = (Channel) channel;
        CompletionQueue cq = newQueue((Device) context, events, entries);
        if (events != null) {
            events.join();
        }
        live.completionQueues.incrementAndGet();
        return cq;
    }

    @Override
    public int destroyCQ(IbvCQ queue) throws VerbsException {
        CompletionQueue cq = (CompletionQueue) queue;
        requireUnused(cq.users, "the completion queue", "queue pairs");
        close(cq.isOpen(), cq::close, live.completionQueues);
        if (cq.events != null && cq.events.leave()) {
            live.completionChannels.decrementAndGet();
        }
        return 0;
    }

    private static void requireUnused(AtomicInteger users, String what, String by) throws VerbsException {
        int n = users.get();
        if (n != 0) {
            throw new VerbsException(what + " is still used by " + n + " " + by, Errno.EBUSY);
        }
    }

    private static void close(boolean open, Runnable close, AtomicInteger count) throws VerbsException {
        if (!open) {
            throw new VerbsException("destroyed twice", Errno.EINVAL);
        }
        close.run();
        count.decrementAndGet();
    }

    @Override
    public boolean getCqEvent(IbvCompChannel channel, @Nullable IbvCQ cq, int timeoutMs) throws IOException {
        return ((Channel) channel).take(timeoutMs < 0 ? -1 : TimeUnit.MILLISECONDS.toNanos(timeoutMs));
    }

    @Override
    public int ackCqEvents(IbvCQ cq, int events) {
        return 0;
    }

    @Override
    public MemoryRegion regMr(IbvPd pd, MemorySegment memory, int access) throws IOException {
        Registrable.check(memory, access);
        int writing = IbvMr.IBV_ACCESS_REMOTE_WRITE | IbvMr.IBV_ACCESS_REMOTE_ATOMIC;
        boolean localWrite = (access & IbvMr.IBV_ACCESS_LOCAL_WRITE) != 0;
        if ((access & writing) != 0 && !localWrite) {
            throw new VerbsException("remote write and atomic access require local write", Errno.EINVAL);
        }
        boolean mayFault = AddressSpace.mustLook(memory) ? lookAt(memory, localWrite) : memory.isMapped();
        Domain domain = (Domain) pd;
        KeyTable keys = domain.keys;
        int key = keys.reserve();
        Region region = new Region(domain, memory, access, key, mayFault);
        keys.put(key, region);
        domain.users.incrementAndGet();
        live.regions.incrementAndGet();
        return region;
    }

    /** Refuses what this process may not use so; whether it may be a file's. */
    private static boolean lookAt(MemorySegment memory, boolean write) throws VerbsException {
        int needed = AddressSpace.READABLE | (write ? AddressSpace.WRITABLE : 0);
        int is = AddressSpace.look(memory.address(), memory.byteSize());
        if ((is & needed) != needed) {
            is = AddressSpace.look(memory.address(), memory.byteSize()); // others may change the list as it is read
        }
        if ((is & needed) != needed) {
            throw new VerbsException(
                    memory.byteSize() + " bytes at 0x" + Long.toHexString(memory.address())
                            + " are not all mapped, or not for this process to read" + (write ? " and write" : ""),
                    Errno.EFAULT);
        }
        return is == AddressSpace.UNKNOWN || memory.isMapped() || (is & AddressSpace.ANONYMOUS) == 0;
    }

    @Override
    public SVCRegMr regMr(IbvPd pd, ByteBuffer buffer, int access) {
        return new RegisterCall(
                this, pd, MemorySegment.ofBuffer(buffer.duplicate().clear()), access);
    }

    @Override
    public SVCRegMr regMr(IbvPd pd, long address, int length, int access) throws VerbsException {
        long bytes = Integer.toUnsignedLong(length);
        if (address < 0 || address > Long.MAX_VALUE - bytes) {
            throw new VerbsException(
                    "there is no memory of this process at 0x" + Long.toHexString(address), Errno.EFAULT);
        }
        return new RegisterCall(this, pd, Memory.ALL.asSlice(address, bytes), access);
    }

    @Override
    public SVCDeregMr deregMr(IbvMr region) {
        return new DeregisterCall(this, (Region) region);
    }

    void deregister(Region region) throws VerbsException {
        if (region.windows.get() != 0) {
            throw new VerbsException(
                    "the region has " + region.windows.get() + " windows bound; revoke or free them first",
                    Errno.EBUSY);
        }
        close(region.isOpen(), region::close, live.regions);
        region.domain.keys.release(region.fixedKey);
        region.domain.users.decrementAndGet();
        awaitCopies();
    }

    /** Waits for those who found a region before its key was released: when this returns they touch it no more. */
    protected void awaitCopies() {}

    @Override
    public MemoryWindow allocMw(IbvPd pd, int type) throws IOException {
        if (type != MemoryWindow.TYPE_1 && type != MemoryWindow.TYPE_2) {
            throw new VerbsException("there is no memory window of type " + type, Errno.EINVAL);
        }
        Domain domain = (Domain) pd;
        KeyTable keys = domain.keys;
        int key = keys.reserve();
        Window window = new Window(domain, type, key);
        keys.put(key, window);
        domain.users.incrementAndGet();
        live.windows.incrementAndGet();
        return window;
    }

    @Override
    public void deallocMw(MemoryWindow memoryWindow) throws IOException {
        Window window = (Window) memoryWindow;
        KeyTable keys = window.domain().keys;
        if (keys.find(window.key()) != window) {
            throw new VerbsException("the window is freed already", Errno.EINVAL);
        }
        window.unbind();
        keys.release(window.key());
        window.domain().users.decrementAndGet();
        live.windows.decrementAndGet();
    }

    @Override
    public BindWindow bindMw(IbvQP qp, MemoryWindow window, MemoryRegion region) throws IOException {
        if (window.type() != MemoryWindow.TYPE_1) {
            throw new VerbsException("a type-2 window is bound by a work request (PostSend.bindWindow)", Errno.EINVAL);
        }
        return new BindCall((WorkQueues) qp, (Window) window, (Region) region);
    }

    @Override
    public SVCPostSend postSend(IbvQP qp, List<IbvSendWR> requests, @Nullable List<IbvSendWR> bad) {
        return new SendCall((WorkQueues) qp, requests);
    }

    @Override
    public SVCPostRecv postRecv(IbvQP qp, List<IbvRecvWR> requests, @Nullable List<IbvRecvWR> bad) {
        return new ReceiveCall((WorkQueues) qp, requests);
    }

    @Override
    public SendBatch sendBatch(IbvQP qp, int capacity) {
        return new EachSend((WorkQueues) qp, capacity);
    }

    @Override
    public PostSend postSend(IbvQP qp, int count, int maxSge) {
        return new SendCall((WorkQueues) qp, count, maxSge);
    }

    @Override
    public PostRecv postRecv(IbvQP qp, int count, int maxSge) {
        return new ReceiveCall((WorkQueues) qp, count, maxSge);
    }

    @Override
    public SVCPollCq pollCQ(IbvCQ cq, IbvWC[] completions, int limit) {
        return new PollCall((CompletionQueue) cq, completions, Math.min(limit, completions.length));
    }

    @Override
    public SVCReqNotify reqNotifyCQ(IbvCQ cq, boolean solicitedOnly) {
        return new NotifyCall((CompletionQueue) cq, solicitedOnly);
    }

    @Override
    public int queryState(IbvQP qp) {
        return qp.getState();
    }

    @Override
    public int queryOdpSupport(IbvContext context) {
        return 0;
    }

    @Override
    public int expPrefetchMr(IbvMr region, long address, int length) {
        return 0;
    }
}
