package io.rtrs.core.connection;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.SVCPollCq;
import com.ibm.disni.verbs.SVCReqNotify;
import io.rtrs.core.memory.Slab;
import io.rtrs.core.path.Silence;
import io.rtrs.verbs.CompletionChannel;
import io.rtrs.verbs.PostRecv;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.WcStatus;
import io.rtrs.verbs.WrOpcode;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * One connection of a path: a queue pair with its completion queue, send accounting and receives.
 *
 * <p>The life of a connection: {@link #create}; on con 0 {@link #postFirstReceive}; {@link #startReceives} before the
 * peer may send; polling by its loop; {@link #beginDrain} in any state; the loop goes on until {@link
 * CompletionHandler#onDrained}; {@link #close}.
 *
 * <p><b>Threading:</b> {@link #poll} and {@link #arm} belong to the loop; set-up, drain and close to the path's control
 * thread; {@link #post}, {@link #postImmediate} and the credits to any thread. <b>Ownership:</b> the path owns the
 * connection, the connection owns its queue pair, queues and calls, not the cm id. <b>Allocation:</b> none in poll, arm
 * and postImmediate.
 */
public final class Connection implements AutoCloseable {
    /** {@code IBV_WC_SUCCESS}. */
    public static final int SUCCESS = 0;

    /** {@code IBV_WC_WR_FLUSH_ERR}: the queue pair was already in error. */
    public static final int FLUSHED = 5;

    private final Device device;
    private final RdmaCmId id;
    private final int cid;
    private final ConnectionSizes sizes;
    private final CompletionChannel channel;
    private final IbvCQ cq;
    private final IbvQP qp;
    private final SendCredits credits;
    private final IbvWC[] completions = new IbvWC[ConnectionSizes.BATCH];
    private final SVCPollCq pollCall;
    private final SVCReqNotify notifyCall;
    private final PostSend immediateCall;
    private final Doorbell doorbell;

    /** Who handles completions in {@link #poll}; a thread finds itself here only while it does. */
    private @Nullable Thread polling;

    // Written by the control thread before the loop starts, then by the loop alone.
    private @Nullable ReceiveRing ring;
    private @Nullable PostRecv firstReceive;
    private boolean firstReceivePosted;

    /** Whether anything successful was received since the last {@link #takeActivity}; for the heartbeat. */
    private volatile boolean active;

    private volatile boolean drainAsked;

    private volatile boolean called;

    // Written by the loop alone.
    private boolean draining;
    private boolean sendsDrained;
    private boolean drainReported;
    private boolean closed;

    private Connection(
            Device device, RdmaCmId id, int cid, ConnectionSizes sizes, CompletionChannel channel, IbvCQ cq, IbvQP qp)
            throws IOException {
        this.device = device;
        this.id = id;
        this.cid = cid;
        this.sizes = sizes;
        this.channel = channel;
        this.cq = cq;
        this.qp = qp;
        this.credits = new SendCredits(sizes.chains(), sizes.interval());
        for (int i = 0; i < completions.length; i++) {
            completions[i] = new IbvWC();
        }
        this.pollCall = device.verbs().pollCQ(cq, completions, completions.length);
        this.notifyCall = device.verbs().reqNotifyCQ(cq, false);
        this.immediateCall = device.verbs().postSend(qp, 1, 1);
        this.doorbell = new Doorbell(credits, device.verbs().sendBatch(qp, Doorbell.MOST));
    }

    /**
     * Makes the queue pair of a cm id whose address is resolved, or that came with a connect request.
     *
     * @param completionVector which of the device's vectors reports completions
     * @throws IOException if a part cannot be made; nothing is left behind
     */
    public static Connection create(Device device, RdmaCmId id, int cid, ConnectionSizes sizes, int completionVector)
            throws IOException {
        CompletionChannel channel = (CompletionChannel) device.verbs().createCompChannel(device.context());
        IbvCQ cq = null;
        boolean qpMade = false;
        try {
            cq = device.verbs().createCQ(device.context(), channel, sizes.cqe(), completionVector);
            IbvQPInitAttr init = new IbvQPInitAttr();
            init.cap().setMax_send_wr(sizes.sendWr());
            init.cap().setMax_recv_wr(sizes.recvWr());
            init.cap().setMax_send_sge(sizes.sendSge());
            init.cap().setMax_recv_sge(1);
            init.cap().setMax_inline_data(0);
            init.setQp_type(IbvQP.IBV_QPT_RC);
            init.setSq_sig_all((byte) 0);
            init.setSend_cq(cq);
            init.setRecv_cq(cq);
            IbvQP qp = device.cm().createQP(id, device.pd(), init);
            qpMade = true;
            return new Connection(device, id, cid, sizes, channel, cq, qp);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            if (qpMade) {
                device.cm().destroyQP(id);
            }
            if (cq != null) {
                device.verbs().destroyCQ(cq);
            }
            device.verbs().destroyCompChannel(channel);
            throw e;
        }
    }

    public int cid() {
        return cid;
    }

    public RdmaCmId id() {
        return id;
    }

    public IbvQP qp() {
        return qp;
    }

    public Device device() {
        return device;
    }

    public ConnectionSizes sizes() {
        return sizes;
    }

    public SendCredits credits() {
        return credits;
    }

    /** Where the loop waits, and is woken. */
    public CompletionChannel channel() {
        return channel;
    }

    /**
     * Posts the one receive that must be first in the queue: for INFO_REQ or INFO_RSP (spec/rtrs.md 7.8).
     *
     * @param length bytes of {@code memory} from its start
     */
    public void postFirstReceive(Slab memory, int length) throws IOException {
        PostRecv call = device.verbs().postRecv(qp, 1, 1);
        firstReceive = call;
        call.wrId(0, WorkId.of(WorkId.INFO_RECEIVE, 0)).sge(0, 0, memory.address(0), length, memory.lkey());
        call.numSge(0, 1);
        check(call.post(0, 1), "posting the INFO receive");
        firstReceivePosted = true;
    }

    /**
     * Posts the receives of the steady state; from now on the connection re-posts them.
     *
     * @param slots at most {@code sizes().recvWr()}, one less where the first receive is still posted
     * @param memory at least {@code slots * slotBytes} bytes, registered with {@code lkey}; owned by the caller
     * @param slotBytes 0 for messages without payload
     */
    public void startReceives(int slots, MemorySegment memory, int slotBytes, int lkey) throws IOException {
        ReceiveRing made = new ReceiveRing(device.verbs(), qp, slots, memory, slotBytes, lkey);
        check(made.refill(), "posting " + slots + " receives");
        ring = made;
    }

    /** Offset, in the memory given to {@link #startReceives}, of the bytes that a receive brought. */
    public long receiveOffset(long workId) {
        ReceiveRing r = ring;
        return r == null ? 0 : r.offset(WorkId.slot(workId));
    }

    /**
     * Polls once and hands up to a batch of completions to the handler; re-posts the receives among them.
     *
     * @return how many there were; negative if the connection failed and the handler was told
     */
    public int poll(CompletionHandler handler) {
        if (drainAsked && !draining) {
            drain(handler);
        }
        int count;
        try {
            pollCall.execute();
            count = pollCall.getPolls();
        } catch (IOException e) {
            count = -1;
        }
        if (count < 0) {
            handler.onFailure(this, "polling the completion queue of con " + cid, 5 /* EIO */);
            return count;
        }
        boolean received = false;
        polling = Thread.currentThread();
        try {
            if (called) {
                called = false;
                handler.onCalled(this);
            }
            for (int i = 0; i < count; i++) {
                IbvWC completion = completions[i];
                received |= account(completion);
                handler.onCompletion(this, completion);
            }
        } finally {
            polling = null;
            int errno = doorbell.ring();
            if (errno != 0) {
                handler.onFailure(this, "posting on con " + cid, errno);
            }
        }
        if (received && !active) {
            active = true;
        }
        ReceiveRing r = ring;
        if (r != null && r.free() > 0 && !draining) {
            int errno = r.refill();
            if (errno != 0) {
                handler.onFailure(this, "re-posting receives on con " + cid, errno);
            }
        }
        if (draining) {
            reportDrain(handler);
        }
        return count;
    }

    /**
     * Posts a chain that has a credit. In {@link CompletionHandler#onCompletion} it is gathered with others, and posted
     * when the batch of completions is handled or earlier; if that fails, the handler's {@code onFailure} is told.
     *
     * @param first its first work request in the call
     * @param last its last one, whose flags and id are set here
     * @param workId what it is for: kind and slot
     * @return 0 or an errno; the chain was not posted then
     */
    public int post(PostSend call, int first, int last, long workId) {
        return polling == Thread.currentThread()
                ? doorbell.gather(call, first, last, workId, null)
                : credits.post(call, first, last, workId);
    }

    /** Posts as {@link #post(PostSend, int, int, long)} does, and tells the listener when that is done, in any case once. */
    public int post(PostSend call, int first, int last, long workId, PostListener listener) {
        if (polling == Thread.currentThread()) {
            return doorbell.gather(call, first, last, workId, listener);
        }
        int errno = credits.post(call, first, last, workId);
        listener.onPosted();
        return errno;
    }

    /** Posts one work request that takes no credit, as {@link #post} does; its flags are the caller's. */
    public int postUncounted(PostSend call, int wr) {
        return polling == Thread.currentThread()
                ? doorbell.gather(call, wr, wr, Doorbell.UNCOUNTED, null)
                : call.post(wr, 1);
    }

    /** Posts what was gathered, if the caller is in {@link CompletionHandler#onCompletion}; 0 or an errno. */
    public int flush() {
        return polling == Thread.currentThread() ? doorbell.ring() : 0;
    }

    /** Arms the completion channel; poll once more after it, before waiting. */
    public void arm() throws IOException {
        notifyCall.execute();
    }

    /** How long nothing of the peer arrived, acknowledgements included, in nanoseconds; {@link Silence#UNKNOWN}. */
    public long silenceNs() {
        return device.verbs().silenceNs(qp);
    }

    /** What the status of a failed completion means; of a peer that stopped answering, since when. */
    public String describe(int status, String peer) {
        String words = WcStatus.describe(status, peer);
        long silentNs = WcStatus.isSilence(status) ? silenceNs() : Silence.UNKNOWN;
        return silentNs < 0 ? words : words + ", " + Silence.lastHeard(silentNs, LocalTime.now(ZoneId.systemDefault()));
    }

    /** Whether anything was received since the last {@link #takeActivity}. */
    public boolean isActive() {
        return active;
    }

    /** Whether anything was received since the last call: what clears the heartbeat's missed counter (12). */
    public boolean takeActivity() {
        if (!active) {
            return false;
        }
        active = false;
        return true;
    }

    /**
     * Posts a zero-length RDMA WRITE WITH IMMEDIATE: a heartbeat or its acknowledgement (spec/rtrs.md 3.9).
     *
     * @return 0 or a positive errno; EAGAIN (11) if the send queue has no room
     */
    public synchronized int postImmediate(int immediate) {
        if (closed || drainAsked) {
            return 107; // ENOTCONN
        }
        if (!credits.tryTake()) {
            return 11;
        }
        immediateCall.opcode(0, WrOpcode.RDMA_WRITE_WITH_IMM).numSge(0, 0).remote(0, 0, 0);
        long workId = WorkId.of(WorkId.HEARTBEAT, 0);
        immediateCall.imm(0, immediate).wrId(0, workId);
        return credits.post(immediateCall, 0, 0, workId);
    }

    /**
     * Sends the INFO message: a signaled SEND of memory that stays untouched until it completes.
     *
     * @return 0 or a positive errno
     */
    public synchronized int postInfo(Slab memory, int length) {
        if (closed) {
            return 107;
        }
        immediateCall.opcode(0, WrOpcode.SEND).sge(0, 0, memory.address(0), length, memory.lkey());
        immediateCall.numSge(0, 1).flags(0, IbvSendWR.IBV_SEND_SIGNALED).wrId(0, WorkId.of(WorkId.INFO_SEND, 0));
        return immediateCall.post(0, 1);
    }

    /**
     * Asks the loop to move the queue pair to error, so that all that is posted is reported, and to tell the handler when
     * it is. The loop itself does it, because a receive that it re-posts in the error state might never be reported: rxe
     * looks at the receive queue only when the state is set. Nothing may be posted after this. Any thread; a second call
     * does nothing.
     */
    public void beginDrain() {
        drainAsked = true;
        channel.wakeup();
    }

    /** Has the loop call {@link CompletionHandler#onCalled} soon. Any thread. */
    public void call() {
        called = true;
        channel.wakeup();
    }

    private synchronized void drain(CompletionHandler handler) {
        draining = true;
        int errno;
        try {
            device.verbs().modifyToError(qp);
            immediateCall.opcode(0, WrOpcode.RDMA_WRITE).numSge(0, 0).remote(0, 0, 0);
            immediateCall.flags(0, IbvSendWR.IBV_SEND_SIGNALED).wrId(0, WorkId.of(WorkId.DRAIN, 0));
            errno = immediateCall.post(0, 1);
        } catch (VerbsException e) {
            errno = e.errno();
        } catch (IOException e) {
            errno = 5;
        }
        if (errno != 0) {
            handler.onFailure(this, "draining con " + cid, errno);
        }
    }

    /** Whether {@link #beginDrain} was called. */
    public boolean draining() {
        return drainAsked;
    }

    /**
     * Destroys queue pair and queues. The loop has ended, or never started; the queue pair is drained, or destroying it is
     * what stops it.
     */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        device.cm().destroyQP(id);
        pollCall.free();
        notifyCall.free();
        immediateCall.free();
        if (ring != null) {
            ring.close();
        }
        if (firstReceive != null) {
            firstReceive.free();
        }
        device.verbs().destroyCQ(cq);
        device.verbs().destroyCompChannel(channel);
    }

    /** Keeps the books for a completion: true if it was a successful receive. */
    private boolean account(IbvWC completion) {
        long workId = completion.getWr_id();
        boolean success = completion.getStatus() == SUCCESS;
        switch (WorkId.kind(workId)) {
            case WorkId.RECEIVE -> {
                ReceiveRing r = ring;
                if (r != null) {
                    r.consumed();
                }
                return success;
            }
            case WorkId.INFO_RECEIVE -> firstReceivePosted = false;
            case WorkId.REQUEST, WorkId.ANSWER, WorkId.HEARTBEAT, WorkId.INVALIDATE -> {
                if (success) {
                    credits.onCompletion(workId);
                }
            }
            case WorkId.DRAIN -> sendsDrained = true;
            default -> {}
        }
        return false;
    }

    private void reportDrain(CompletionHandler handler) {
        ReceiveRing r = ring;
        boolean receivesDrained = !firstReceivePosted && (r == null || r.posted() == 0);
        if (sendsDrained && receivesDrained && !drainReported) {
            drainReported = true;
            handler.onDrained(this);
        }
    }

    private static void check(int errno, String what) throws IOException {
        if (errno != 0) {
            throw new VerbsException(what + " failed with errno " + errno, errno);
        }
    }
}
