package io.rtrs.soft.roce.driver;

import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import io.rtrs.soft.memory.Domain;
import io.rtrs.soft.queue.CompletionSink;
import io.rtrs.soft.queue.QueueCapacity;
import io.rtrs.soft.roce.endpoint.Lane;
import io.rtrs.soft.roce.endpoint.QueuePairNumbers;
import io.rtrs.soft.roce.rc.QueuePair;
import io.rtrs.soft.work.Posted;
import io.rtrs.soft.work.ReceiveArray;
import io.rtrs.soft.work.SendArray;
import io.rtrs.soft.work.WorkQueues;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsProvider;

import java.io.IOException;

/**
 * A queue pair as DiSNI knows it, over its machine.
 *
 * <p><b>Threading:</b> any. <b>Allocation:</b> none in posts: a post rings the lane and drives it.
 */
final class SoftQp extends IbvQP implements ProviderOwned, WorkQueues, CompletionSink {
    private static final int NO_NUMBER = 0;

    private final Site site;
    private final Drive drive;
    private final Domain domain;
    private final SoftQueue sendCq;
    private final SoftQueue recvCq;
    private final QueuePair machine;
    private final Lane lane;

    /** Makes one in INIT and takes it into an endpoint of the site. */
    static SoftQp make(
            Site site, Domain domain, IbvQPInitAttr attr, SoftQueue sendCq, SoftQueue recvCq, QueuePairNumbers numbers)
            throws IOException {
        Drive drive = site.place(sendCq, recvCq);
        int number = NO_NUMBER;
        try {
            number = numbers.take(drive.endpoint().shard());
            return new SoftQp(site, drive, domain, attr, sendCq, recvCq, number);
        } catch (IOException | RuntimeException | Error e) {
            if (number != NO_NUMBER) {
                numbers.giveBack(number);
            }
            site.leave(drive, sendCq, recvCq);
            throw e;
        }
    }

    @SuppressWarnings("this-escape") // nothing completes before it is connected
    private SoftQp(
            Site site, Drive drive, Domain domain, IbvQPInitAttr attr, SoftQueue sendCq, SoftQueue recvCq, int number)
            throws IOException {
        super(number);
        this.site = site;
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
        this.lane = drive.call(() -> drive.endpoint().open(machine));
    }

    /** Its place in the endpoint. */
    Lane lane() {
        return lane;
    }

    /** Takes it out of the endpoint: it reports nothing any more. */
    void destroy() {
        drive.run(now -> {
            drive.endpoint().close(lane);
            return 0;
        });
        site.leave(drive, sendCq, recvCq);
        close();
    }

    /** Moves it to the error state: everything posted flushes. */
    void fail() {
        drive.run(now -> {
            machine.toError();
            lane.ring();
            return 0;
        });
    }

    /** See {@link QueuePair#acknowledgeFirst}. */
    void acknowledgeFirst() {
        machine.acknowledgeFirst();
    }

    /** See {@link io.rtrs.verbs.ExtendedVerbs#silenceNs}. */
    long silenceNs() {
        return machine.isConnected() || machine.state() == QueuePair.State.ERROR
                ? Math.max(0, drive.nowNs() - machine.counters().heardNs)
                : -1;
    }

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
        lane.ring();
        drive.transmit();
    }

    @Override
    public void announce() {
        lane.ring();
    }

    @Override
    public void start() {
        drive.transmit();
    }

    @Override
    public int postReceives(ReceiveArray from, int first, int count, Posted posted) {
        int errno = machine.postReceives(from, first, count, posted);
        if (machine.state() == QueuePair.State.ERROR) {
            ring(); // they are to be flushed
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
        SoftQueue to = send ? sendCq : recvCq;
        to.push(machine, send, sequence, wrId, status, opcode, byteLen, rawImmOrKey, wcFlags, solicited);
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
