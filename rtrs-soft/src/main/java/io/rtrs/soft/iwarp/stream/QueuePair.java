package io.rtrs.soft.iwarp.stream;

import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.soft.iwarp.wire.TerminateError;
import io.rtrs.soft.memory.Domain;
import io.rtrs.soft.queue.CompletionSink;
import io.rtrs.soft.queue.QueueCapacity;
import io.rtrs.soft.queue.ReceiveQueue;
import io.rtrs.soft.queue.RemoteMemory;
import io.rtrs.soft.queue.SendQueue;
import io.rtrs.soft.work.Posted;
import io.rtrs.soft.work.ReceiveArray;
import io.rtrs.soft.work.SendArray;
import io.rtrs.soft.work.Status;
import io.rtrs.soft.work.WorkQueues;
import io.rtrs.verbs.WrOpcode;
import io.rtrs.verbs.libc.Errno;
import org.jspecify.annotations.Nullable;

/**
 * A queue pair over one TCP stream as a machine: bytes and the time come in, bytes and completions go out.
 *
 * <p>Order of use: {@link #connect}, when the startup frames are through. Then, to read, with the monitor of {@link #guard}
 * held: {@link #into}, one call that reads the socket; and {@link #arrived}, or {@link #onEnd} or {@link #onReset}. To
 * write, while {@link #hasOutput}: {@link #from}, one call that writes the socket, {@link #sent}. {@link #onTime} at
 * {@link #nextDeadlineNs}. When {@link #isOver}, a FIN follows; what still arrives is discarded until {@link #isDeaf}.
 * Everything may be called at any time: what the state does not allow does nothing.
 *
 * <p>Completions come inside {@code into}, {@code arrived}, {@code from}, {@code sent} and what ends the connection.
 *
 * <p><b>Threading:</b> {@link #postSends}, {@link #postReceives}, {@link #retire}, {@link #state()}, {@link #isConnected},
 * {@link #hasWork()} (a hint there) and {@link #ending()} from any thread; all else by who holds the connection's lock.
 * Memory must not be deregistered between {@code into} and {@code arrived}, nor between {@code from} and {@code sent}.
 * <b>Allocation:</b> none after {@code connect}, but at the end. <b>Errors:</b> as completions, and as {@link #ending()}.
 */
public final class QueuePair implements WorkQueues {
    /** {@link #nextDeadlineNs}: there is none. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    /** How long the peer's message waits for a receive (spec/iwarp.md 12). */
    public static final long RECEIVE_WAIT_NS = 10_000_000_000L;

    /** How many bytes are discarded at the end, before the connection is closed whatever the peer still sends. */
    private static final long MAX_DISCARDED = 64 << 20;

    /** How far it is (spec/iwarp.md 17). */
    public enum State {
        /** Receives may be posted. */
        INIT,
        /** Connected. */
        RTS,
        /** Failed or disconnected: work requests flush. */
        ERROR,
        /** Destroyed: it takes nothing and reports nothing. */
        RESET
    }

    private final int number;
    private final Domain domain;
    private final CompletionSink sink;
    private final boolean signalAll;
    private final SendQueue sends;
    private final ReceiveQueue receives;
    private final Discard discard = new Discard(MAX_DISCARDED);

    private volatile State state = State.INIT;
    private volatile @Nullable Stream stream;
    private volatile @Nullable Ending ending;
    private boolean closedByPeer;

    /** When the wait for a receive is over. */
    private long deadlineNs = NO_DEADLINE;

    /** Creates one in {@link State#INIT}. */
    public QueuePair(int number, Domain domain, QueueCapacity capacity, CompletionSink sink) {
        this.number = number;
        this.domain = domain;
        this.sink = sink;
        this.signalAll = capacity.signalAll();
        this.sends = new SendQueue(capacity);
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

    /** Whether it takes and sends messages. */
    public boolean isConnected() {
        return state == State.RTS;
    }

    /** Why the connection ends; null while it does not. */
    public @Nullable Ending ending() {
        return ending;
    }

    /** Work requests that are done, flushed ones among them: it only grows. */
    public long completed() {
        return sends.head + receives.head;
    }

    /**
     * {@inheritDoc} EINVAL: a field is wrong, it is not connected yet, or the peer has not said that it knows Sends with an
     * immediate; ENOMEM: no slot is free.
     */
    @Override
    public int postSends(SendArray from, int first, int count, Posted posted) {
        State now = state;
        if (now != State.RTS && now != State.ERROR) {
            posted.bad = first;
            return Errno.EINVAL;
        }
        Stream s = stream;
        int allowed = s == null || s.knowsSendImmediate() ? count : withoutSendImmediate(from, first, count);
        int errno = sends.post(from, first, allowed, posted);
        if (errno == 0 && allowed < count) {
            posted.bad = first + allowed;
            return Errno.EINVAL;
        }
        return errno;
    }

    private static int withoutSendImmediate(SendArray from, int first, int count) {
        for (int i = 0; i < count; i++) {
            if (from.opcode[first + i] == WrOpcode.SEND_WITH_IMM) {
                return i;
            }
        }
        return count;
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

    /** The startup frames are through. Nothing happens outside {@link State#INIT}. */
    public void connect(StreamAttributes attributes, long nowNs) {
        if (state == State.INIT) {
            stream = new Stream(this, sends, receives, new RemoteMemory(domain, this), attributes);
            state = State.RTS;
        }
    }

    /** Whether an FPDU of the peer has come. */
    public boolean hasHeard() {
        Stream s = stream;
        return s != null && s.parser.hasHeard();
    }

    /** What to hold from {@link #into} until the call that reads the socket has returned. */
    public Object guard() {
        Stream s = stream;
        Object window = s == null || state != State.RTS ? null : s.parser.guard();
        return window == null ? discard : window;
    }

    /** Whether {@link #into} would have the socket read. */
    public boolean wantsInput() {
        Stream s = stream;
        return switch (state) {
            case RTS -> s != null && (!s.parser.waits() || !receives.isEmpty());
            case ERROR -> s != null && !isDeaf();
            case INIT, RESET -> false;
        };
    }

    /** Fills in where the next bytes of the stream are to go: nowhere, while a message waits for a receive. */
    public void into(Pieces pieces, long nowNs) {
        pieces.clear();
        Stream s = stream;
        if (s == null) {
            return;
        }
        if (state == State.RTS && s.parser.waits() && !receives.isEmpty()) {
            s.parser.run();
            watchReceives(s, nowNs);
        }
        if (state == State.RTS && !s.parser.waits()) {
            s.parser.into(pieces);
        } else if (state == State.ERROR && !isDeaf()) {
            discard.into(pieces);
        }
    }

    /** The socket was read: so many bytes are where {@link #into} said. */
    public void arrived(long bytes, long nowNs) {
        Stream s = stream;
        if (state == State.RTS && s != null) {
            s.parser.arrived(bytes);
            watchReceives(s, nowNs);
        } else {
            discard.arrived(bytes);
        }
    }

    private void watchReceives(Stream s, long nowNs) {
        deadlineNs = state == State.RTS && s.parser.waits() ? nowNs + RECEIVE_WAIT_NS : NO_DEADLINE;
    }

    /** The peer has sent a FIN, and all before it was {@link #arrived}. */
    public void onEnd(long nowNs) {
        closedByPeer = true;
        Stream s = stream;
        boolean torn = s != null && s.parser.isMidFpdu();
        close(Ending.Cause.PEER_CLOSED, torn ? "the peer closed in the middle of a message" : "the peer closed");
    }

    /**
     * TCP is gone.
     *
     * @param status of the oldest send: WR_FLUSH_ERR, or RETRY_EXC_ERR where TCP gave up
     */
    public void onReset(int status, long nowNs) {
        closedByPeer = true;
        boolean first = end(Ending.Cause.RESET, "TCP was reset or gave up");
        Stream s = stream;
        if (s != null) {
            s.output.clear();
        }
        if (first && hasSends()) {
            completeSend(status);
        }
        if (first) {
            flush();
        }
    }

    /** The kernel could not reach registered memory that {@link #into} or {@link #from} named first. */
    public void onFault(boolean reading, long nowNs) {
        Stream s = stream;
        if (s == null || state != State.RTS) {
            onReset(Status.WR_FLUSH_ERR, nowNs);
        } else if (reading) {
            s.parser.fault();
        } else {
            s.terminator.memoryGone(s.output.isAnswerNext());
        }
    }

    /** Whether {@link #from} would do something now: have the socket written, execute, or flush. */
    public boolean hasOutput() {
        Stream s = stream;
        return switch (state) {
            case RTS -> s != null && s.hasOutput();
            case ERROR -> (s != null && !s.output.isEmpty()) || hasSends() || !receives.isEmpty();
            case INIT, RESET -> false;
        };
    }

    /** Whether {@link #from} or {@link #into} would do something now that was not possible when they were called last. */
    public boolean hasWork() {
        Stream s = stream;
        return hasOutput() || (state == State.RTS && s != null && s.parser.waits() && !receives.isEmpty());
    }

    /** Fills in what is to be sent next. Executes what needs no peer; flushes in the error state. */
    public void from(Pieces pieces, long nowNs) {
        pieces.clear();
        Stream s = stream;
        if (state == State.RTS && s != null) {
            s.make();
        }
        if (state == State.ERROR) {
            flush();
        }
        if (s != null && state != State.RESET && !s.output.list(pieces)) {
            pieces.clear();
            s.terminator.memoryGone(s.output.isAnswerGone());
            s.output.list(pieces);
        }
    }

    /** The socket has taken so many bytes of what {@link #from} said. */
    public void sent(long bytes, long nowNs) {
        Stream s = stream;
        if (s != null && state != State.RESET) {
            s.output.sent(bytes);
            if (state == State.RTS) {
                s.progress.settle();
            }
        }
    }

    /** Whether nothing more is sent: the socket's output is to be shut down. */
    public boolean isOver() {
        Stream s = stream;
        return state == State.RESET || (state == State.ERROR && (s == null || s.output.isEmpty()));
    }

    /** Whether nothing more is worth reading, either. */
    public boolean isDeaf() {
        return state == State.RESET || closedByPeer || discard.isTooMuch();
    }

    /** When {@link #onTime} must be called at the latest, or {@link #NO_DEADLINE}; compare by subtraction. */
    public long nextDeadlineNs() {
        return state == State.RTS ? deadlineNs : NO_DEADLINE;
    }

    /** The clock. */
    public void onTime(long nowNs) {
        Stream s = stream;
        if (s == null || state != State.RTS || deadlineNs == NO_DEADLINE || nowNs - deadlineNs < 0) {
            return;
        }
        if (receives.isEmpty()) {
            s.terminator.refuse(TerminateError.NO_BUFFER);
        } else {
            s.parser.run();
            watchReceives(s, nowNs);
        }
    }

    /** The connection is over, or never came: the FPDU under way is finished, and all work requests flush. */
    public void toError() {
        close(Ending.Cause.CLOSED_HERE, "closed by this side");
    }

    private void close(Ending.Cause cause, String text) {
        if (end(cause, text)) {
            Stream s = stream;
            if (s != null) {
                s.output.cut(0);
            }
            flush();
        }
    }

    /** It is destroyed: nothing is sent, received or reported any more. */
    public void reset() {
        state = State.RESET;
        stream = null;
        sends.clear();
        receives.clear();
    }

    /** To the error state; false if it was there. The flush is the caller's. */
    boolean end(Ending.Cause cause, String text) {
        if (state == State.ERROR || state == State.RESET) {
            return false;
        }
        ending = new Ending(cause, text);
        state = State.ERROR;
        return true;
    }

    Terminator terminator() {
        Stream s = stream;
        if (s == null) {
            throw new IllegalStateException("not connected");
        }
        return s.terminator;
    }

    /** Whether a send is posted and not complete. */
    boolean hasSends() {
        return sends.head < sends.posted();
    }

    void flush() {
        while (hasSends()) {
            completeSend(Status.WR_FLUSH_ERR);
        }
        while (!receives.isEmpty()) {
            completeReceive(Status.WR_FLUSH_ERR, 0, 0, 0, 0, true);
        }
    }

    void flushSendsBefore(long sequence) {
        while (sends.head < sequence) {
            completeSend(Status.WR_FLUSH_ERR);
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
        terminator().failHead(status);
    }

    void completeSend(int status) {
        long sequence = sends.head;
        int slot = sends.slot(sequence);
        boolean good = status == Status.SUCCESS;
        int opcode = good ? SendQueue.completionOpcode(sends.ring.opcode[slot]) : 0;
        int length = good ? sends.movedBytes(slot) : 0;
        long wrId = sends.ring.wrId[slot];
        sends.finishHead();
        sink.complete(this, true, sequence, wrId, status, opcode, length, 0, 0, !good);
    }

    /** The oldest receive is done. */
    void completeReceive(int status, int opcode, int length, int immOrKey, int flags, boolean solicited) {
        long sequence = receives.head;
        long wrId = receives.ring.wrId[receives.slot(sequence)];
        receives.head = sequence + 1;
        sink.complete(this, false, sequence, wrId, status, opcode, length, immOrKey, flags, solicited);
    }
}
