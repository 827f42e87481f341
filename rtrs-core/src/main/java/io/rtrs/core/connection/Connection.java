package io.rtrs.core.connection;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.core.error.Errno;
import io.rtrs.core.memory.Slab;
import io.rtrs.core.path.Silence;
import io.rtrs.core.work.UserCode;
import io.rtrs.verbs.PostRecv;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.WcStatus;
import io.rtrs.verbs.WrOpcode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * One connection of a path: a queue pair that reports to a completion queue, send accounting and receives.
 *
 * <p>The life of a connection: {@link #create}; a loop serves it from {@link #start} on; on con 0 {@link #postFirstReceive};
 * {@link #startReceives} before the peer may send; {@link #beginDrain} in any state; the loop goes on until {@link
 * CompletionHandler#onDrained}, {@link #leave} and {@link CompletionHandler#onEnded}; {@link #close}.
 *
 * <p><b>Threading:</b> what is not public belongs to the loop, through the {@link ConnectionQueue}; set-up, drain and close to
 * the path's control thread; {@link #post}, {@link #postImmediate} and the credits to any thread. <b>Ownership:</b> the path
 * owns the connection, the connection owns its queue pair and calls, not the cm id. <b>Allocation:</b> none while completions
 * are handled, and in postImmediate.
 */
public final class Connection implements AutoCloseable {
    /** {@code IBV_WC_SUCCESS}. */
    public static final int SUCCESS = 0;

    /** {@code IBV_WC_WR_FLUSH_ERR}: the queue pair was already in error. */
    public static final int FLUSHED = 5;

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final Device device;
    private final RdmaCmId id;
    private final int cid;
    private final ConnectionSizes sizes;
    private final ConnectionQueue queue;
    private final IbvQP qp;
    private final int number;
    private final SendCredits credits;
    private final PostSend immediateCall;
    private final Doorbell doorbell;

    private volatile @Nullable CompletionHandler handler;

    // Set up by the control thread while the loop may be running, then the loop's alone until that has let go.
    private volatile @Nullable ReceiveRing ring;
    private @Nullable PostRecv firstReceive;
    private volatile boolean firstReceivePosted;

    /** Whether anything successful was received since the last {@link #takeActivity}; for the heartbeat. */
    private volatile boolean active;

    private volatile boolean drainAsked;

    private volatile boolean called;

    private volatile boolean leaving;

    // Written by the loop alone.
    /** Its queue has it in the list of those to look at after a batch. */
    boolean touched;

    private boolean received;
    private boolean over;
    private boolean draining;

    /** Its queue pair is in the error state: what is posted comes back at once, and would keep the loop busy with nothing else. */
    private boolean receivesFail;

    private boolean sendsDrained;
    private boolean drainReported;

    // Guarded by this.
    private boolean closed;

    private Connection(Device device, RdmaCmId id, int cid, ConnectionSizes sizes, ConnectionQueue queue, IbvQP qp)
            throws IOException {
        this.device = device;
        this.id = id;
        this.cid = cid;
        this.sizes = sizes;
        this.queue = queue;
        this.qp = qp;
        this.number = qp.getQp_num();
        this.credits = new SendCredits(sizes.chains(), sizes.interval());
        this.immediateCall = device.verbs().postSend(qp, 1, 1);
        boolean done = false;
        try {
            this.doorbell = new Doorbell(credits, device.verbs().sendBatch(qp, Doorbell.MOST));
            done = true;
        } finally {
            if (!done) {
                immediateCall.free();
            }
        }
    }

    /**
     * Makes the queue pair of a cm id whose address is resolved, or that came with a connect request.
     *
     * @param queue where it reports; has room for it
     * @throws IOException if a part cannot be made; nothing is left behind
     */
    public static Connection create(Device device, RdmaCmId id, int cid, ConnectionSizes sizes, ConnectionQueue queue)
            throws IOException {
        IbvCQ cq = queue.cq();
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
        try {
            return new Connection(device, id, cid, sizes, queue, qp);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            device.cm().destroyQP(id);
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

    /** Where it reports. */
    public ConnectionQueue queue() {
        return queue;
    }

    /** The number of its queue pair. */
    int number() {
        return number;
    }

    /** Its completions go to the handler from now on, when its queue is polled; before anything is posted. */
    public void start(CompletionHandler to) {
        handler = to;
        queue.add(this);
    }

    /**
     * Posts the one receive that must be first in the queue: for INFO_REQ or INFO_RSP (spec/rtrs.md 7.8).
     *
     * @param length bytes of {@code memory} from its start
     */
    public void postFirstReceive(Slab memory, int length) throws IOException {
        PostRecv call = device.verbs().postRecv(qp, 1, 1);
        firstReceive = call;
        firstReceivePosted = true; // first: the loop may run
        call.wrId(0, WorkId.of(WorkId.INFO_RECEIVE, 0)).sge(0, 0, memory.address(0), length, memory.lkey());
        call.numSge(0, 1);
        int errno = call.post(0, 1);
        if (errno != 0) {
            firstReceivePosted = false;
        }
        check(errno, "posting the INFO receive");
    }

    /**
     * Posts the receives of the steady state; from now on the connection re-posts them.
     *
     * @param slots at most {@code sizes().recvWr()}, one less where the first receive is still posted
     * @param memory at least {@code slots * slotBytes} bytes, registered with {@code lkey}; owned by the caller
     * @param slotBytes 0 for messages without payload
     */
    public synchronized void startReceives(int slots, MemorySegment memory, int slotBytes, int lkey)
            throws IOException {
        ReceiveRing made = new ReceiveRing(device.verbs(), qp, slots, memory, slotBytes, lkey);
        int errno = made.refill();
        ring = made; // also if it failed: what was posted has to be drained
        check(errno, "posting " + slots + " receives");
    }

    /** The ring, also if it is just being posted; null if none was. */
    private @Nullable ReceiveRing ring() {
        ReceiveRing r = ring;
        return r != null ? r : awaitRing();
    }

    private synchronized @Nullable ReceiveRing awaitRing() {
        return ring;
    }

    /** Offset, in the memory given to {@link #startReceives}, of the bytes that a receive brought. */
    public long receiveOffset(long workId) {
        ReceiveRing r = ring();
        return r == null ? 0 : r.offset(WorkId.slot(workId));
    }

    /** The connection asked for attention: does what was asked for. */
    void onAttention() {
        if (over) {
            return;
        }
        if (drainAsked && !draining) {
            queue.touch(this);
            drain();
        }
        if (called) {
            called = false;
            handler().onCalled(this);
        }
    }

    /** A completion of this connection. */
    void onCompletion(IbvWC completion) {
        received |= account(completion);
        handler().onCompletion(this, completion);
    }

    /** All completions of a batch are handled: hands what was gathered to the device, which may wait for the bell. */
    void enqueueGathered() {
        int errno = doorbell.enqueue();
        if (errno != 0) {
            fail("posting on con " + cid, errno);
        }
    }

    /** Rings the bell for what was enqueued. */
    void startGathered() {
        doorbell.start();
    }

    /** The batch is over: receives are posted again, and what was drained is told. */
    void afterBatch() {
        if (received) {
            received = false;
            if (!active) {
                active = true;
            }
        }
        ReceiveRing r = ring;
        if (r != null && r.free() > 0 && !receivesFail && !draining && !over) {
            int errno = r.refill();
            if (errno != 0) {
                fail("re-posting receives on con " + cid, errno);
            }
        }
        if (draining && !over) {
            reportDrain();
        }
    }

    /** Tells the handler that the connection has failed. */
    void fail(String reason, int errno) {
        handler().onFailure(this, reason, errno);
    }

    private CompletionHandler handler() {
        CompletionHandler to = handler;
        if (to == null) {
            throw new IllegalStateException("con " + cid + " is not served by a loop");
        }
        return to;
    }

    /** An error has escaped its handler: nothing is handled any more. */
    void over() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /** It is served no more. */
    void ended() {
        handler().onEnded(this);
    }

    /** Has the loop let go of it soon, drained or not; {@link CompletionHandler#onEnded} follows. Any thread. */
    public void leave() {
        leaving = true;
        queue.onLeaving();
    }

    boolean isLeaving() {
        return leaving;
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
        return queue.isPolling() ? gather(call, first, last, workId, null) : credits.post(call, first, last, workId);
    }

    /**
     * Posts as {@link #post(PostSend, int, int, long)} does, and tells the listener when that is done: once in any case, also if
     * it throws.
     */
    public int post(PostSend call, int first, int last, long workId, PostListener listener) {
        if (queue.isPolling()) {
            return gather(call, first, last, workId, listener);
        }
        try {
            return credits.post(call, first, last, workId);
        } finally {
            listener.onPosted();
        }
    }

    /** Posts one work request that takes no credit, as {@link #post} does; its flags are the caller's. */
    public int postUncounted(PostSend call, int wr) {
        return queue.isPolling() ? gather(call, wr, wr, Doorbell.UNCOUNTED, null) : call.post(wr, 1);
    }

    private int gather(PostSend call, int first, int last, long workId, @Nullable PostListener listener) {
        queue.touch(this);
        return doorbell.gather(call, first, last, workId, listener);
    }

    /**
     * Posts what was gathered, if the caller is in {@link CompletionHandler#onCompletion}: of all connections of its queue, for
     * another thread may wait for any of it.
     */
    public void flush() {
        if (queue.isPolling()) {
            queue.flush();
        }
    }

    /** Posts what was gathered here. */
    void postGathered() {
        int errno = doorbell.ring();
        if (errno != 0) {
            fail("posting on con " + cid, errno);
        }
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
     * @return 0 or a positive errno; EAGAIN (11) if there is no credit, which a completion will bring back; EIO (5) if
     *     the device threw, which is logged, or said EAGAIN, although there must be room: with all but EAGAIN the
     *     connection has to end
     */
    public synchronized int postImmediate(int immediate) {
        if (closed || drainAsked) {
            return Errno.ENOTCONN;
        }
        if (!credits.tryTake()) {
            return Errno.EAGAIN;
        }
        immediateCall.opcode(0, WrOpcode.RDMA_WRITE_WITH_IMM).numSge(0, 0).remote(0, 0, 0);
        long workId = WorkId.of(WorkId.HEARTBEAT, 0);
        immediateCall.imm(0, immediate).wrId(0, workId);
        try {
            int errno = credits.postOrGiveBack(immediateCall, 0, workId);
            return errno == Errno.EAGAIN ? Errno.EIO : errno;
        } catch (RuntimeException | Error e) {
            UserCode.failed(LOG, "posting a heartbeat on con " + cid, e);
            return Errno.EIO;
        }
    }

    /**
     * Sends the INFO message: a signaled SEND of memory that stays untouched until it completes.
     *
     * @return 0 or a positive errno
     */
    public synchronized int postInfo(Slab memory, int length) {
        if (closed) {
            return Errno.ENOTCONN;
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
        queue.attend();
    }

    /** Has the loop call {@link CompletionHandler#onCalled} soon. Any thread. */
    public void call() {
        called = true;
        queue.attend();
    }

    private synchronized void drain() {
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
            errno = Errno.EIO;
        }
        if (errno != 0) {
            fail("draining con " + cid, errno);
        }
    }

    /** Whether {@link #beginDrain} was called. */
    public boolean draining() {
        return drainAsked;
    }

    /**
     * Destroys the queue pair. The loop has let go of it, or never served it; the queue pair is drained, or destroying it is
     * what stops it.
     */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        device.cm().destroyQP(id);
        closed = true; // only now: what could not be destroyed may be tried again, and uses its calls until then
        immediateCall.free();
        ReceiveRing r = ring;
        if (r != null) {
            r.close();
        }
        if (firstReceive != null) {
            firstReceive.free();
        }
    }

    /** Keeps the books for a completion: true if it was a successful receive. */
    private boolean account(IbvWC completion) {
        long workId = completion.getWr_id();
        boolean success = completion.getStatus() == SUCCESS;
        switch (WorkId.kind(workId)) {
            case WorkId.RECEIVE -> {
                ReceiveRing r = ring();
                if (r != null) {
                    r.consumed();
                }
                receivesFail |= !success;
                return success;
            }
            case WorkId.INFO_RECEIVE -> firstReceivePosted = false;
            case WorkId.REQUEST, WorkId.COUNTED_WRITE, WorkId.ANSWER, WorkId.HEARTBEAT, WorkId.INVALIDATE -> {
                if (success) {
                    credits.onCompletion(workId);
                }
            }
            case WorkId.DRAIN -> sendsDrained = true;
            default -> {}
        }
        return false;
    }

    private void reportDrain() {
        ReceiveRing r = ring;
        boolean receivesDrained = !firstReceivePosted && (r == null || r.posted() == 0);
        if (sendsDrained && receivesDrained && !drainReported) {
            drainReported = true;
            handler().onDrained(this);
        }
    }

    private static void check(int errno, String what) throws IOException {
        if (errno != 0) {
            throw new VerbsException(what + " failed with errno " + errno, errno);
        }
    }
}
