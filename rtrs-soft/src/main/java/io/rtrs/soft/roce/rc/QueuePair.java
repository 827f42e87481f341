package io.rtrs.soft.roce.rc;

import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.soft.memory.Domain;
import io.rtrs.soft.queue.CompletionSink;
import io.rtrs.soft.queue.QueueCapacity;
import io.rtrs.soft.queue.ReceiveQueue;
import io.rtrs.soft.queue.RemoteMemory;
import io.rtrs.soft.queue.SendQueue;
import io.rtrs.soft.roce.link.ReturnedPacket;
import io.rtrs.soft.roce.wire.RocePacket;
import io.rtrs.soft.work.Posted;
import io.rtrs.soft.work.ReceiveArray;
import io.rtrs.soft.work.SendArray;
import io.rtrs.soft.work.Status;
import io.rtrs.soft.work.WorkQueues;
import io.rtrs.verbs.libc.Errno;
import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * A reliable connected queue pair as a machine: packets and the time come in, packets and completions go out.
 *
 * <p>Order of use: {@link #connect}; then, whenever something arrived, a deadline passed or was posted, {@link #onPacket}
 * for each packet and {@link #poll} for as long as {@link #hasWork()}, not beyond {@link #nextDeadlineNs()}. Everything
 * may be called at any time: what the state does not allow does nothing. {@link #toError} and {@link #reset} end it.
 *
 * <p>A batch of packets is acknowledged by the next {@code poll}, once. Completions come inside {@code onPacket},
 * {@code poll} and {@code toError}.
 *
 * <p><b>Threading:</b> {@link #postSends}, {@link #postReceives}, {@link #retire}, {@link #acknowledgeFirst}, {@link #state()},
 * {@link #isConnected}, {@link #hasWork()} and {@link #counters()} from any thread (the last two are hints there), and what
 * never changes; all else by the owner of the drive. <b>Allocation:</b> none after
 * {@code connect}. <b>Errors:</b> as completions; the first failure moves it to {@link State#ERROR}, where all work
 * requests flush.
 */
public final class QueuePair implements WorkQueues {
    /** {@link #nextDeadlineNs}: there is none. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    /** How far it is (spec/rocev2.md 5.1). */
    public enum State {
        /** Destroyed: it takes nothing and reports nothing. */
        RESET,
        /** Receives may be posted. */
        INIT,
        /** Connected. */
        RTS,
        /** Failed or disconnected: work requests flush. */
        ERROR
    }

    /** What exists from the connection on. */
    private record Machines(
            Requester requester,
            Completer completer,
            Responder responder,
            Answers answers,
            Flight flight,
            CongestionWindow congestion) {}

    private final int number;
    private final Domain domain;
    private final CompletionSink sink;
    private final boolean signalAll;
    private volatile boolean acknowledgesFirst;
    private final NumberedQueue sends;
    private final ReceiveQueue receives;
    private final Counters counters = new Counters();

    private volatile State state = State.INIT;
    private volatile @Nullable Machines machines;

    /** Where packets were written last. It may still borrow from work requests: see {@link #giveBack}. */
    private @Nullable Transmitter borrower;

    /** Creates one in {@link State#INIT}. */
    public QueuePair(int number, Domain domain, QueueCapacity capacity, CompletionSink sink) {
        this.number = number;
        this.domain = domain;
        this.sink = sink;
        this.signalAll = capacity.signalAll();
        this.sends = new NumberedQueue(capacity);
        this.receives = new ReceiveQueue(capacity);
    }

    @Override
    public int number() {
        return number;
    }

    /** Its protection domain. */
    public Domain domain() {
        return domain;
    }

    /** How far it is. */
    public State state() {
        return state;
    }

    /** What it has counted. */
    public Counters counters() {
        return counters;
    }

    /** What is under way; only while it is connected. */
    Flight flight() {
        return Objects.requireNonNull(machines).flight();
    }

    /** Work requests that are done, flushed ones among them: it only grows. */
    public long completed() {
        return sends.head + receives.head;
    }

    /** Whether it takes and sends packets. */
    public boolean isConnected() {
        return state == State.RTS;
    }

    /** {@inheritDoc} EINVAL: a field is wrong, or it is not connected yet; ENOMEM: no slot is free. */
    @Override
    public int postSends(SendArray from, int first, int count, Posted posted) {
        State now = state;
        if (now != State.RTS && now != State.ERROR) {
            posted.bad = first;
            return Errno.EINVAL;
        }
        return sends.post(from, first, count, posted);
    }

    /** {@inheritDoc} EINVAL: too many SGEs, or it is destroyed; ENOMEM: no slot is free. */
    @Override
    public int postReceives(ReceiveArray from, int first, int count, Posted posted) {
        if (state == State.RESET) {
            posted.bad = first;
            return Errno.EINVAL;
        }
        return receives.post(from, first, count, posted);
    }

    @Override
    public void retire(boolean send, long sequence) {
        if (send) {
            sends.retire(sequence);
        } else {
            receives.retire(sequence);
        }
    }

    /** The connection is made: it may send and receive at once. Nothing happens outside {@link State#INIT}. */
    public void connect(QpAttributes attributes, long nowNs) {
        connect(attributes, Budget.unlimited(), nowNs);
    }

    /** As {@link #connect(QpAttributes, long)}, with a budget that other queue pairs share. */
    public void connect(QpAttributes attributes, Budget budget, long nowNs) {
        if (state != State.INIT) {
            return;
        }
        QpAttributes.Limits limits = attributes.limits();
        CongestionWindow congestion = new CongestionWindow(limits.initialWindow(), limits.window());
        Flight flight = new Flight(attributes.sendPsn(), limits.window(), congestion, budget);
        AskedReads asked = new AskedReads(limits.initiatorDepth());
        RoundTrip roundTrip =
                new RoundTrip(RnrTimer.ackTimeoutNs(attributes.patience().ackTimeout()));
        Requester requester = new Requester(this, sends, flight, asked, roundTrip, attributes);
        Completer completer = new Completer(this, sends, flight, asked, requester, roundTrip, congestion, attributes);
        RemoteMemory memory = new RemoteMemory(domain, this);
        Answers answers = new Answers(memory, counters, attributes);
        Responder responder = new Responder(this, receives, memory, answers, attributes);
        machines = new Machines(requester, completer, responder, answers, flight, congestion);
        counters.heardNs = nowNs;
        counters.window = flight.limit();
        state = State.RTS;
    }

    /** A packet for this queue pair, from its peer, has arrived; its ICRC is right. */
    public void onPacket(RocePacket packet, long nowNs) {
        Machines m = machines;
        if (m == null || state != State.RTS) {
            counters.ignored++;
            return;
        }
        counters.packetsReceived++;
        counters.heardNs = nowNs;
        if (packet.opcode().isRequest()) {
            m.responder.onPacket(packet);
        } else if (packet.opcode().isResponse()) {
            m.completer.onPacket(packet, nowNs);
        } else {
            counters.ignored++;
        }
    }

    /** Whether a packet is a request of this one that is not acknowledged. */
    public boolean isUnderWay(ReturnedPacket packet) {
        Machines m = machines;
        return m != null && m.requester.destQp() == packet.destQp() && m.flight.isUnderWay(packet.psn());
    }

    /**
     * It is said that nobody has the peer's port; what is unanswered then fails with RETRY_EXC_ERR after a few repetitions.
     *
     * @param here whether this machine's own network stack says it of an address of its own
     */
    public void onRefused(boolean here, long nowNs) {
        Machines m = machines;
        if (m != null) {
            m.completer.retry().refused(here, nowNs);
        }
    }

    /** The peer, or a node on the way to it, asks for fewer packets; its ICRC is right. */
    public void onCongestion(long nowNs) {
        Machines m = machines;
        if (m == null || state != State.RTS) {
            counters.ignored++;
            return;
        }
        counters.notifications++;
        if (m.congestion.notified(counters.roundTripNs, nowNs)) {
            counters.notificationsObeyed++;
            counters.window = m.flight.limit();
        }
    }

    /** From now on an ACK that is due leaves before any request does. */
    public void acknowledgeFirst() {
        acknowledgesFirst = true;
    }

    /** As {@link #poll(Transmitter, int, boolean, long)}, with every ACK that is due. */
    public int poll(Transmitter tx, int limit, long nowNs) {
        return poll(tx, limit, true, nowNs);
    }

    /** What is to be sent now: {@link #transmit}, and then {@link #acknowledge}. */
    public int poll(Transmitter tx, int limit, boolean acknowledges, long nowNs) {
        int written = transmit(tx, limit, nowNs);
        return written + acknowledge(tx, acknowledges);
    }

    /**
     * Writes data that the peer asked for, and requests; heeds the clock; flushes in the error state. {@link #acknowledge}
     * must follow where the queue pair {@linkplain #owesAcks owes} acknowledgements, which are last because they are short:
     * so they share a send call with longer packets (spec/rocev2.md 16.2), unless they are to be
     * {@linkplain #acknowledgeFirst first}.
     *
     * @param limit the most packets, acknowledgements aside; READs are answered bit by bit
     * @return packets written
     */
    public int transmit(Transmitter tx, int limit, long nowNs) {
        Machines m = machines;
        State now = state;
        borrower = tx;
        if (now == State.ERROR) {
            flush();
        }
        if (m == null || (now != State.RTS && now != State.ERROR)) {
            return 0;
        }
        int forAnswers = now == State.RTS && m.requester.hasWork() ? (limit + 1) / 2 : limit;
        int written = m.answers.transmitData(tx, forAnswers);
        if (acknowledgesFirst) {
            written += m.answers.transmitAcks(tx);
        }
        if (now == State.RTS) {
            if (m.answers.hasFailed()) {
                toError();
            } else {
                written += request(m, tx, limit - written, nowNs);
            }
        }
        counters.packetsSent += written;
        return written;
    }

    /** Whether the peer waits for an ACK or a NAK that nothing has to precede. */
    public boolean owesAcks() {
        Machines m = machines;
        return m != null && (state == State.RTS || state == State.ERROR) && m.answers.owesAcks();
    }

    /**
     * Writes the acknowledgements that are due.
     *
     * @param acknowledges whether an ACK of few packets leaves if it costs a send call of its own; if not, another call must
     *     follow
     * @return packets written
     */
    public int acknowledge(Transmitter tx, boolean acknowledges) {
        Machines m = machines;
        if (m == null || !owesAcks() || !(acknowledges || m.answers.isUrgent() || m.answers.haveCompany(tx))) {
            return 0;
        }
        borrower = tx;
        int written = m.answers.transmitAcks(tx);
        counters.packetsSent += written;
        return written;
    }

    private int request(Machines m, Transmitter tx, int limit, long nowNs) {
        m.completer.onTime(nowNs);
        Retry retry = m.completer.retry();
        if (retry.isResting(nowNs) || state != State.RTS) {
            return 0;
        }
        int written = m.requester.transmit(tx, limit, nowNs);
        if (written > 0) {
            retry.sent(nowNs);
        }
        m.completer.settle(nowNs);
        return written;
    }

    /** Whether {@link #poll} would do something now, whatever the time is. */
    public boolean hasWork() {
        Machines m = machines;
        return switch (state) {
            case RTS ->
                m != null
                        && (m.answers.hasWork()
                                || (m.requester.hasWork()
                                        && !m.completer.retry().isResting()));
            case ERROR -> sends.head < sends.posted() || !receives.isEmpty() || (m != null && m.answers.hasWork());
            case RESET, INIT -> false;
        };
    }

    /** When {@link #poll} must be called at the latest, or {@link #NO_DEADLINE}; compare by subtraction. */
    public long nextDeadlineNs() {
        Machines m = machines;
        if (m == null || state != State.RTS || !m.completer.retry().hasDeadline()) {
            return NO_DEADLINE;
        }
        return m.completer.retry().deadlineNs();
    }

    /** The connection is over, or never came: all work requests flush. */
    public void toError() {
        if (state == State.ERROR || state == State.RESET) {
            return;
        }
        state = State.ERROR;
        Machines m = machines;
        if (m != null) {
            m.answers.lastWords();
            m.flight.end();
        }
        flush();
    }

    /** It is destroyed: nothing is sent, received or reported any more. */
    public void reset() {
        state = State.RESET;
        giveBack();
        Machines m = machines;
        if (m != null) {
            m.flight.end();
        }
        machines = null;
        sends.clear();
        receives.clear();
    }

    private void flush() {
        while (sends.head < sends.posted()) {
            completeSend(Status.WR_FLUSH_ERR);
        }
        while (!receives.isEmpty()) {
            completeReceive(Status.WR_FLUSH_ERR, 0, 0, 0, 0, true);
        }
    }

    /** The oldest send is done. */
    void completeHead() {
        int slot = sends.slot(sends.head);
        if (signalAll || (sends.ring.flags[slot] & IbvSendWR.IBV_SEND_SIGNALED) != 0) {
            completeSend(Status.SUCCESS);
        } else {
            sends.finishHead();
        }
    }

    /** The oldest send has failed, and with it the queue pair. */
    void failSend(int status) {
        if (state == State.RTS) {
            completeSend(status);
            toError();
        }
    }

    private void completeSend(int status) {
        long sequence = sends.head;
        int slot = sends.slot(sequence);
        int opcode = SendQueue.completionOpcode(sends.ring.opcode[slot]);
        boolean good = status == Status.SUCCESS;
        if (!good) {
            giveBack();
        }
        int length = good ? sends.movedBytes(slot) : 0;
        long wrId = sends.ring.wrId[slot];
        sends.finishHead();
        sink.complete(this, true, sequence, wrId, status, good ? opcode : 0, length, 0, 0, !good);
    }

    /**
     * Nothing borrows from the work requests any more. A failure needs this before it is told: it may come between packets
     * and their flush, and then the consumer may use or free the memory. A success does not: it comes from what is received,
     * which is never between the two, or of a work request that has no packets.
     */
    private void giveBack() {
        Transmitter from = borrower;
        if (from != null) {
            from.giveBack();
        }
    }

    /** The oldest receive is done. */
    void completeReceive(int status, int opcode, int length, int immOrKey, int flags, boolean solicited) {
        long sequence = receives.head;
        long wrId = receives.ring.wrId[receives.slot(sequence)];
        receives.head = sequence + 1;
        sink.complete(this, false, sequence, wrId, status, opcode, length, immOrKey, flags, solicited);
    }
}
