package io.rtrs.soft.iwarp.driver;

import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import io.rtrs.soft.iwarp.stream.Pieces;
import io.rtrs.soft.iwarp.stream.QueuePair;
import io.rtrs.soft.memory.Domain;
import io.rtrs.soft.queue.CompletionSink;
import io.rtrs.soft.queue.QueueCapacity;
import io.rtrs.soft.work.Posted;
import io.rtrs.soft.work.ReceiveArray;
import io.rtrs.soft.work.SendArray;
import io.rtrs.soft.work.WorkQueues;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * A queue pair as DiSNI knows it, over its machine.
 *
 * <p><b>Threading:</b> any. <b>Allocation:</b> none in posts: a post drives the connection.
 */
final class IwarpQp extends IbvQP implements ProviderOwned, WorkQueues, CompletionSink {
    private static final int PIECES = 256;

    private final StreamDrive drive;
    private final Domain domain;
    private final IwarpQueue sendCq;
    private final IwarpQueue recvCq;
    private final QueuePair machine;
    private @Nullable Pieces nothing;

    /** Makes one in INIT, of a connection. */
    @SuppressWarnings("this-escape") // nothing completes before it is connected
    IwarpQp(StreamDrive drive, Domain domain, IbvQPInitAttr attr, IwarpQueue sendCq, IwarpQueue recvCq, int number)
            throws IOException {
        super(number);
        this.drive = drive;
        this.domain = domain;
        this.sendCq = sendCq;
        this.recvCq = recvCq;
        this.context = domain.device();
        this.pd = domain;
        this.send_cq = sendCq;
        this.recv_cq = recvCq;
        this.qp_type = IBV_QPT_RC;
        QueueCapacity capacity = new QueueCapacity(
                attr.cap().getMax_send_wr(),
                attr.cap().getMax_send_sge(),
                attr.cap().getMax_recv_wr(),
                attr.cap().getMax_recv_sge(),
                attr.cap().getMax_inline_data(),
                attr.getSq_sig_all() != 0);
        this.machine = new QueuePair(number, domain, capacity, this);
        drive.attach(this);
    }

    QueuePair machine() {
        return machine;
    }

    /** Takes it from its connection: it reports nothing any more. */
    void destroy() {
        drive.detach();
        close();
    }

    /** Moves it to the error state: everything posted flushes. */
    void fail() {
        drive.failQueuePair();
    }

    /** Without a connection nobody sends, and what is posted flushes. The caller holds the connection's lock. */
    void flush() {
        if (machine.state() == QueuePair.State.ERROR && machine.hasWork()) {
            Pieces pieces = nothing;
            if (pieces == null) {
                pieces = new Pieces(PIECES);
                nothing = pieces;
            }
            pieces.clear();
            machine.from(pieces, System.nanoTime());
        }
    }

    /** See {@link io.rtrs.verbs.ExtendedVerbs#silenceNs}. */
    long silenceNs() {
        QueuePair.State state = machine.state();
        boolean connected = state == QueuePair.State.RTS || state == QueuePair.State.ERROR;
        long nowNs = System.nanoTime();
        return connected ? Math.max(0, nowNs - drive.heardNs(nowNs)) : -1;
    }

    // ---- its queues, as its connection sees them

    /** Pollers and waiters of its queues drive the connection from now on. */
    void join(StreamDrive connection) {
        sendCq.join(connection);
        if (recvCq != sendCq) {
            recvCq.join(connection);
        }
    }

    /** They do no more. */
    void leave(StreamDrive connection) {
        sendCq.leave(connection);
        if (recvCq != sendCq) {
            recvCq.leave(connection);
        }
    }

    boolean hasSleeper() {
        return sendCq.set().hasSleeper() || recvCq.set().hasSleeper();
    }

    /** Who waits is told when there is room to write. */
    void tellOfRoom(StreamDrive connection) {
        sendCq.set().tellOfRoom(connection);
        if (recvCq.set() != sendCq.set()) {
            recvCq.set().tellOfRoom(connection);
        }
    }

    /** There may be more to read, of which nobody tells them again. */
    void pend(StreamDrive connection) {
        sendCq.set().pend(connection);
        if (recvCq.set() != sendCq.set()) {
            recvCq.set().pend(connection);
        }
    }

    // ---- work

    @Override
    public int number() {
        return machine.number();
    }

    @Override
    public int postSends(SendArray from, int first, int count, Posted posted) {
        return machine.postSends(from, first, count, posted);
    }

    @Override
    public void ring() {
        drive.drive(StreamDrive.WRITE);
    }

    @Override
    public void announce() {
        // They start with what follows.
    }

    @Override
    public void start() {
        drive.drive(StreamDrive.WRITE);
    }

    @Override
    public int postReceives(ReceiveArray from, int first, int count, Posted posted) {
        int errno = machine.postReceives(from, first, count, posted);
        if (machine.hasWork()) {
            drive.drive(StreamDrive.READ | StreamDrive.WRITE); // the peer waited for it, or it is flushed
        }
        return errno;
    }

    @Override
    public void retire(boolean send, long sequence) {
        machine.retire(send, sequence);
    }

    @Override
    public void complete(
            WorkQueues qp,
            boolean send,
            long sequence,
            long wrId,
            int status,
            int opcode,
            int byteLen,
            int rawImmOrKey,
            int wcFlags,
            boolean solicited) {
        IwarpQueue to = send ? sendCq : recvCq;
        to.push(qp, send, sequence, wrId, status, opcode, byteLen, rawImmOrKey, wcFlags, solicited);
    }

    @Override
    public int getState() {
        return switch (machine.state()) {
            case RESET -> IBV_QPS_RESET;
            case INIT -> IBV_QPS_INIT;
            case RTS -> IBV_QPS_RTS;
            case ERROR -> IBV_QPS_ERR;
        };
    }

    @Override
    public VerbsProvider provider() {
        return domain.provider();
    }
}
