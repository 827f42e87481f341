package io.rtrs.soft.iwarp.driver;

import io.rtrs.soft.iwarp.driver.tcp.TcpSocket;
import io.rtrs.soft.iwarp.stream.Pieces;
import io.rtrs.soft.iwarp.stream.QueuePair;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.libc.Errno;

/**
 * Moves the bytes of a stream between its socket and its queue pair, from where they are to where they belong.
 *
 * <p><b>Threading:</b> who holds the connection's lock, but for what is volatile. <b>Allocation:</b> none in {@link #receive} and
 * {@link #transmit}.
 */
final class StreamFlow {
    /** What became of the peer's direction. */
    enum Outcome {
        /** Nothing: more may come. */
        OPEN,
        /** FIN has come. */
        ENDED,
        /** It is broken. */
        BROKEN
    }

    /** Calls of one turn, each way: others want to be served too. */
    private static final int CALLS = 16;

    /** Pieces of one call. */
    private static final int PIECES = 256;

    private final StreamDrive drive;
    private final TcpSocket socket;
    private final IwarpQp qp;
    private final QueuePair machine;
    private final StreamCounters counters;
    private final Registry registry;
    private final Pieces in = new Pieces(PIECES);
    private final Pieces out = new Pieces(PIECES);
    private volatile boolean open;
    private volatile long heardNs;
    private boolean stuck;
    private boolean stalled;

    /** Whether the sets were asked to tell of room; they go on with it. */
    private boolean toldOfRoom;

    StreamFlow(StreamDrive drive, IwarpQp qp, StreamCounters counters, Registry registry) {
        this.drive = drive;
        this.socket = drive.socket();
        this.qp = qp;
        this.machine = qp.machine();
        this.counters = counters;
        this.registry = registry;
        this.heardNs = System.nanoTime();
    }

    /** From now on pollers and waiters of its queues drive it. */
    void open() {
        open = true;
        qp.join(drive);
    }

    /** They do no more. */
    void close() {
        if (open) {
            open = false;
            qp.leave(drive);
        }
    }

    boolean isOpen() {
        return open;
    }

    boolean hasSleeper() {
        return open && qp.hasSleeper();
    }

    long heardNs() {
        return heardNs;
    }

    boolean isStuck() {
        return open && stuck;
    }

    boolean hasHeard() {
        return machine.hasHeard();
    }

    boolean wantsInput() {
        return machine.wantsInput();
    }

    /** The queue pair has nothing more to send, ever. */
    boolean isOver() {
        return open && machine.isOver();
    }

    /** FIN may go out. */
    boolean isSent() {
        return !open || machine.isOver();
    }

    boolean isDeaf() {
        return open && machine.isDeaf();
    }

    long nextDeadlineNs() {
        return open ? machine.nextDeadlineNs() : QueuePair.NO_DEADLINE;
    }

    void onTime(long nowNs) {
        if (open) {
            machine.onTime(nowNs);
        }
    }

    /** Reads what has arrived, within bounds. */
    Outcome receive(int what, long nowNs) {
        boolean ready = (what & StreamDrive.READY) != 0;
        boolean toTheEnd = (what & StreamDrive.HUNG_UP) != 0;
        for (int calls = 0; calls < CALLS; calls++) {
            boolean wants;
            long count = 0;
            synchronized (machine.guard()) {
                machine.into(in, nowNs);
                wants = in.count() != 0;
                if (wants) {
                    count = socket.read(in, ready);
                }
            }
            if (!wants) {
                return stalled(toTheEnd, nowNs);
            }
            stalled = false;
            counters.add(StreamCounter.READS, 1);
            if (count == TcpSocket.END) {
                return end(socket.broken(), nowNs);
            } else if (count == TcpSocket.FAULT) {
                machine.onFault(true, nowNs);
            } else if (count == 0) {
                counters.add(StreamCounter.READS_EMPTY, 1);
                return Outcome.OPEN;
            } else {
                counters.add(StreamCounter.BYTES_RECEIVED, count);
                heardNs = nowNs;
                machine.arrived(count, nowNs);
                if (!socket.wasFull() && !toTheEnd) {
                    return Outcome.OPEN;
                }
            }
        }
        registry.pend(drive, qp);
        return Outcome.OPEN;
    }

    /** The queue pair wants to read nothing now, because it waits for a receive to be posted. */
    private Outcome stalled(boolean hungUp, long nowNs) {
        if (!stalled && !machine.wantsInput()) {
            stalled = true;
            counters.add(StreamCounter.STALLED, 1);
        }
        int broken = hungUp ? socket.broken() : 0;
        return broken == 0 ? Outcome.OPEN : end(broken, nowNs);
    }

    private Outcome end(int broken, long nowNs) {
        if (broken == 0) {
            machine.onEnd(nowNs);
            return Outcome.ENDED;
        }
        boolean gaveUp = broken == Errno.ETIMEDOUT || registry.isLong(nowNs - heardNs);
        machine.onReset(gaveUp ? Status.RETRY_EXC_ERR : Status.WR_FLUSH_ERR, nowNs);
        return Outcome.BROKEN;
    }

    /** Sends what is to be sent, until there is no room. */
    Outcome transmit(int what, long nowNs) {
        boolean ready = stuck && (what & StreamDrive.READY) != 0;
        if (!stuck && !machine.hasOutput()) {
            return Outcome.OPEN;
        }
        for (int calls = 0; calls < CALLS; calls++) {
            machine.from(out, nowNs);
            if (out.count() == 0) {
                stuck = false;
                return Outcome.OPEN;
            }
            long count = socket.write(out, ready);
            ready = false;
            counters.add(StreamCounter.WRITES, 1);
            if (count == TcpSocket.BROKEN) {
                // What the peer sent before it went is still there, and comes first.
                return machine.wantsInput() ? receive(StreamDrive.READY | StreamDrive.HUNG_UP, nowNs) : end(1, nowNs);
            } else if (count == TcpSocket.FAULT) {
                machine.onFault(false, nowNs);
            } else {
                if (count > 0) {
                    counters.add(StreamCounter.BYTES_SENT, count);
                    machine.sent(count, nowNs);
                }
                if (!socket.wasFull()) {
                    full();
                    return Outcome.OPEN;
                }
            }
        }
        drive.again();
        return Outcome.OPEN;
    }

    /** Who waits for the socket is told when there is room. */
    private void full() {
        stuck = true;
        counters.add(StreamCounter.SOCKET_FULL, 1);
        if (!toldOfRoom) {
            toldOfRoom = true;
            qp.tellOfRoom(drive);
        }
    }
}
