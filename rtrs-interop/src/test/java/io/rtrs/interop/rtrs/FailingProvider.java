package io.rtrs.interop.rtrs;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvCompChannel;
import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.IbvRecvWR;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmEvent;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaConnParam;
import com.ibm.disni.verbs.RdmaEventChannel;
import com.ibm.disni.verbs.SVCDeregMr;
import com.ibm.disni.verbs.SVCPollCq;
import com.ibm.disni.verbs.SVCPostRecv;
import com.ibm.disni.verbs.SVCPostSend;
import com.ibm.disni.verbs.SVCRegMr;
import com.ibm.disni.verbs.SVCReqNotify;
import io.rtrs.soft.inprocess.InProcessProvider;
import io.rtrs.soft.roce.driver.SoftRoceProvider;
import io.rtrs.verbs.BindWindow;
import io.rtrs.verbs.CounterSnapshot;
import io.rtrs.verbs.DeviceAttr;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.PostRecv;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.SendBatch;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * A provider whose n-th call that makes or starts something fails with ENOMEM; calls that destroy never fail. Or one whose
 * device is not what it is.
 */
final class FailingProvider implements VerbsProvider {
    private final VerbsProvider real;
    private final AtomicInteger left;
    private final FailingCm cm;
    private final FailingVerbs verbs;
    private final UnaryOperator<DeviceAttr> device;
    private volatile String failed = "";

    /** The call that fails does so with an error of the virtual machine. */
    volatile boolean outOfMemory;

    /** Work requests that bind are refused, binds by call are not. */
    volatile boolean refusesBinds;

    /** The post of a signaled chain by one of a test's threads stands still until this is open; null leaves it alone. */
    volatile @Nullable CountDownLatch gate;

    /** Completions of a client's writes and of answers are not reported while this is true; null leaves them alone. */
    volatile @Nullable AtomicBoolean writesAreLate;

    /** Receives that were reported; counted where {@link #writesAreLate} is not null. */
    final AtomicInteger receives = new AtomicInteger();

    private volatile @Nullable Arming lastArming;

    /** The completion queue that was made last cannot be armed any more. */
    void refuseToArmTheLastQueue() {
        Objects.requireNonNull(lastArming).refused = true;
    }

    private static final class Arming extends SVCReqNotify {
        private final SVCReqNotify to;
        volatile boolean refused;

        Arming(SVCReqNotify to) {
            this.to = to;
        }

        @Override
        public SVCReqNotify execute() throws IOException {
            if (refused) {
                throw new VerbsException("arming fails for the test", 5);
            }
            to.execute();
            return this;
        }

        @Override
        public boolean isValid() {
            return to.isValid();
        }

        @Override
        public SVCReqNotify free() {
            to.free();
            return this;
        }
    }

    /** A post of a thread of the test throws, once, after it has done its work or before; null leaves them alone. */
    volatile ThrowingSend.@Nullable Moment throwing;

    /** Threads that stood still. */
    final AtomicInteger held = new AtomicInteger();

    /** Waits for connection-manager events that failed. */
    final AtomicInteger failedWaits = new AtomicInteger();

    /** Bind calls that were made. */
    final AtomicInteger bindCalls = new AtomicInteger();

    /** Regions that existed when the call failed, and the fewest when a queue pair was stopped: by an error, or by its end. */
    volatile int regionsAtFailure;

    volatile int regionsAtStop = Integer.MAX_VALUE;

    private final Set<IbvQP> stopped = ConcurrentHashMap.newKeySet();

    /** What it counts cannot be had. */
    volatile boolean countersFail;

    /** From now on the n-th call fails. */
    void failAt(int call) {
        failed = "";
        left.set(call);
    }

    FailingProvider(VerbsProvider real, int failingCall) throws VerbsException {
        this(real, failingCall, UnaryOperator.identity());
    }

    FailingProvider(VerbsProvider real, int failingCall, UnaryOperator<DeviceAttr> device) throws VerbsException {
        this.real = real;
        this.device = device;
        this.left = new AtomicInteger(failingCall);
        this.cm = new FailingCm(real.cm());
        this.verbs = new FailingVerbs(real.verbs());
    }

    /** The call that failed, empty if none did. */
    String failed() {
        return failed;
    }

    private void count(String call) throws VerbsException {
        if (left.getAndDecrement() == 1) {
            failed = call;
            regionsAtFailure = regions();
            if (outOfMemory) {
                throw new OutOfMemoryError(call + " fails for the test");
            }
            throw new VerbsException(call + " fails for the test", 12);
        }
    }

    private synchronized void onStop(IbvQP qp) {
        if (stopped.add(qp)) {
            regionsAtStop = Math.min(regionsAtStop, regions());
        }
    }

    private int regions() {
        return switch (real) {
            case InProcessProvider counting -> counting.liveObjects().regions();
            case SoftRoceProvider counting -> counting.liveObjects().regions();
            default -> 0;
        };
    }

    @Override
    public String name() {
        return "failing";
    }

    @Override
    public Optional<String> unavailable() {
        return Optional.empty();
    }

    @Override
    public boolean serves(InetAddress local) {
        return real.serves(local);
    }

    @Override
    public CounterSnapshot counters() {
        if (countersFail) {
            throw new IllegalStateException("the counters fail for the test");
        }
        return real.counters();
    }

    @Override
    public ExtendedCm cm() {
        return cm;
    }

    @Override
    public ExtendedVerbs verbs() {
        return verbs;
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("RTRS does not call this");
    }

    private final class FailingCm extends ForwardingCm {
        FailingCm(ExtendedCm to) {
            super(to);
        }

        @Override
        public RdmaEventChannel createEventChannel() throws IOException {
            count("createEventChannel");
            return super.createEventChannel();
        }

        @Override
        public RdmaCmEvent getCmEvent(RdmaEventChannel channel, int timeout) throws IOException {
            try {
                return super.getCmEvent(channel, timeout);
            } catch (IOException e) {
                failedWaits.incrementAndGet();
                throw e;
            }
        }

        @Override
        public RdmaCmId createId(RdmaEventChannel channel, short space) throws IOException {
            count("createId");
            return super.createId(channel, space);
        }

        @Override
        public IbvQP createQP(RdmaCmId id, IbvPd pd, IbvQPInitAttr attr) throws IOException {
            count("createQP");
            return super.createQP(id, pd, attr);
        }

        @Override
        public void resolveAddr(RdmaCmId id, SocketAddress from, SocketAddress dest, int timeout) throws IOException {
            count("resolveAddr");
            super.resolveAddr(id, from, dest, timeout);
        }

        @Override
        public void resolveRoute(RdmaCmId id, int timeout) throws IOException {
            count("resolveRoute");
            super.resolveRoute(id, timeout);
        }

        @Override
        public void connect(RdmaCmId id, RdmaConnParam param) throws IOException {
            count("connect");
            super.connect(id, param);
        }

        @Override
        public void reuseAddress(RdmaCmId id) throws IOException {
            count("reuseAddress");
            super.reuseAddress(id);
        }

        @Override
        public SocketAddress getSrcAddr(RdmaCmId id) throws IOException {
            count("getSrcAddr");
            return super.getSrcAddr(id);
        }

        @Override
        public int destroyQP(RdmaCmId id) throws IOException {
            onStop(id.getQp());
            return super.destroyQP(id);
        }

        @Override
        public void bindAddr(RdmaCmId id, SocketAddress address) throws IOException {
            count("bindAddr");
            super.bindAddr(id, address);
        }

        @Override
        public void listen(RdmaCmId id, int backlog) throws IOException {
            count("listen");
            super.listen(id, backlog);
        }

        @Override
        public void accept(RdmaCmId id, RdmaConnParam param) throws IOException {
            count("accept");
            super.accept(id, param);
        }
    }

    private final class FailingVerbs extends ExtendedVerbs {
        private final ExtendedVerbs to;

        FailingVerbs(ExtendedVerbs to) {
            this.to = to;
        }

        @Override
        public DeviceAttr queryDevice(IbvContext context) throws IOException {
            count("queryDevice");
            return device.apply(to.queryDevice(context));
        }

        @Override
        public MemoryRegion regMr(IbvPd pd, MemorySegment memory, int access) throws IOException {
            count("regMr");
            return to.regMr(pd, memory, access);
        }

        @Override
        public MemoryWindow allocMw(IbvPd pd, int type) throws IOException {
            count("allocMw");
            return to.allocMw(pd, type);
        }

        @Override
        public PostSend postSend(IbvQP qp, int count, int maxSge) throws IOException {
            count("postSend");
            PostSend real = to.postSend(qp, count, maxSge);
            CountDownLatch latch = gate;
            ThrowingSend.Moment moment = throwing;
            return refusesBinds
                    ? new PickySend(real)
                    : latch != null
                            ? new HeldSend(real, latch, held)
                            : moment != null ? new ThrowingSend(real, moment) : real;
        }

        @Override
        public SendBatch sendBatch(IbvQP qp, int capacity) throws IOException {
            count("sendBatch");
            SendBatch real = to.sendBatch(qp, capacity);
            return refusesBinds
                    ? new PickySend.Batch(real)
                    : gate != null || throwing != null ? new ForwardingSend.Batch(real) : real;
        }

        @Override
        public PostRecv postRecv(IbvQP qp, int count, int maxSge) throws IOException {
            count("postRecv");
            return to.postRecv(qp, count, maxSge);
        }

        @Override
        public IbvPd allocPd(IbvContext context) throws IOException {
            count("allocPd");
            return to.allocPd(context);
        }

        @Override
        public IbvCompChannel createCompChannel(IbvContext context) throws IOException {
            count("createCompChannel");
            return to.createCompChannel(context);
        }

        @Override
        public IbvCQ createCQ(IbvContext context, IbvCompChannel channel, int entries, int vector) throws IOException {
            count("createCQ");
            return to.createCQ(context, channel, entries, vector);
        }

        @Override
        public SVCPollCq pollCQ(IbvCQ cq, IbvWC[] completions, int count) throws IOException {
            count("pollCQ");
            AtomicBoolean late = writesAreLate;
            if (late == null) {
                return to.pollCQ(cq, completions, count);
            }
            IbvWC[] real = LatePoll.completions(count);
            return new LatePoll(to.pollCQ(cq, real, count), real, completions, late, receives);
        }

        @Override
        public SVCReqNotify reqNotifyCQ(IbvCQ cq, boolean solicited) throws IOException {
            count("reqNotifyCQ");
            Arming made = new Arming(to.reqNotifyCQ(cq, solicited));
            lastArming = made;
            return made;
        }

        @Override
        public void deallocMw(MemoryWindow window) throws IOException {
            to.deallocMw(window);
        }

        @Override
        public void modifyToError(IbvQP qp) throws IOException {
            onStop(qp);
            to.modifyToError(qp);
        }

        @Override
        public int queryState(IbvQP qp) throws IOException {
            return to.queryState(qp);
        }

        @Override
        public int destroyCompChannel(IbvCompChannel channel) throws IOException {
            return to.destroyCompChannel(channel);
        }

        @Override
        public int deallocPd(IbvPd pd) throws IOException {
            return to.deallocPd(pd);
        }

        @Override
        public int destroyCQ(IbvCQ cq) throws IOException {
            return to.destroyCQ(cq);
        }

        @Override
        public SVCDeregMr deregMr(IbvMr region) throws IOException {
            return to.deregMr(region);
        }

        @Override
        public BindWindow bindMw(IbvQP qp, MemoryWindow window, MemoryRegion region) throws IOException {
            count("bindMw");
            bindCalls.incrementAndGet();
            return to.bindMw(qp, window, region);
        }

        @Override
        public boolean getCqEvent(IbvCompChannel channel, IbvCQ cq, int timeout) {
            throw unused();
        }

        @Override
        public SVCRegMr regMr(IbvPd pd, ByteBuffer buffer, int access) {
            throw unused();
        }

        @Override
        public SVCRegMr regMr(IbvPd pd, long address, int length, int access) {
            throw unused();
        }

        @Override
        public int queryOdpSupport(IbvContext context) {
            throw unused();
        }

        @Override
        public int expPrefetchMr(IbvMr region, long address, int length) {
            throw unused();
        }

        @Override
        public SVCPostSend postSend(IbvQP qp, List<IbvSendWR> good, List<IbvSendWR> bad) {
            throw unused();
        }

        @Override
        public SVCPostRecv postRecv(IbvQP qp, List<IbvRecvWR> good, List<IbvRecvWR> bad) {
            throw unused();
        }

        @Override
        public int ackCqEvents(IbvCQ cq, int count) {
            throw unused();
        }
    }
}
