package io.rtrs.soft.iwarp.driver;

import io.rtrs.soft.iwarp.cm.Connection;
import io.rtrs.soft.iwarp.cm.ConnectionState;
import io.rtrs.soft.iwarp.driver.tcp.Poller;
import io.rtrs.soft.iwarp.driver.tcp.TcpSocket;
import io.rtrs.soft.iwarp.startup.Agreement;
import io.rtrs.soft.iwarp.startup.Initiator;
import io.rtrs.soft.iwarp.startup.Responder;
import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongToIntFunction;

/**
 * A socket with the machines of its connection, behind a lock. Who holds the lock drives: does what was asked for by the bell,
 * and looks at it again after he has let go, so that whoever finds the lock held may leave.
 *
 * <p><b>Threading:</b> any; the lock is the first in order. <b>Allocation:</b> none once data flows.
 */
final class StreamDrive {
    /** {@link #drive}: look whether something has arrived. */
    static final int READ = 1;

    /** Send what is to be sent. */
    static final int WRITE = 2;

    /** A poller said that it can be done: if it cannot, find the reason. */
    static final int READY = 4;

    /** A poller said that the peer has closed its direction, or that the connection broke. */
    static final int HUNG_UP = 8;

    /** A thread of the application drives. */
    static final int ATTENDED = 16;

    /** {@link #interest}: nothing is to be waited for. */
    static final int NOTHING = -1;

    private static final long FOREVER = Connection.NO_DEADLINE;
    private static final VarHandle BELL;
    private static final VarHandle LOOKS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            BELL = lookup.findVarHandle(StreamDrive.class, "bell", int.class);
            LOOKS = lookup.findVarHandle(StreamDrive.class, "looks", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Registry registry;
    private final TcpSocket socket;
    private final ReentrantLock lock = new ReentrantLock();
    private final StreamCounters counters = new StreamCounters();
    private final ConnectionEffects effects;
    private final Connection cm;
    private final StartupBytes startup;

    @SuppressWarnings("unused") // by BELL
    private volatile int bell;

    @SuppressWarnings("unused") // by LOOKS
    private volatile long looks;

    private volatile long deadlineNs = FOREVER;
    private volatile @Nullable StreamFlow flow;
    private volatile @Nullable IwarpQp qp;
    private volatile int interest = Poller.IN;
    private boolean connecting;
    private int connectedAtOnce = TcpSocket.UNDER_WAY;
    private boolean ended;
    private boolean shut;
    private volatile boolean closed;

    /** What the daemon remembers of it; guarded by the daemon. */
    final Daemon.Watch watch = new Daemon.Watch();

    /** Whether it is in line in all its sets, because it may have more to read; see {@link StreamSet}. */
    volatile boolean pended;

    /** An active one, or one that will listen: its socket is bound. */
    StreamDrive(Registry registry, TcpSocket socket) {
        this(registry, socket, null);
    }

    /** A passive one, of a listener, if there is one. */
    @SuppressWarnings("this-escape") // nobody drives it before it is known
    StreamDrive(Registry registry, TcpSocket socket, @Nullable Listening listening) {
        this.registry = registry;
        this.socket = socket;
        this.startup = new StartupBytes(socket);
        this.effects = new ConnectionEffects(registry, this, listening);
        this.cm = new Connection(effects);
        socket.setOwner(this);
    }

    TcpSocket socket() {
        return socket;
    }

    InetSocketAddress local() {
        return socket.local();
    }

    StreamCounters counters() {
        return counters;
    }

    /** Who hears of it. */
    void tell(IwarpId id) {
        effects.id = id;
    }

    /** Threads of the application have driven it so often. */
    long looks() {
        return looks;
    }

    /** When it wants to be driven, whatever happens. */
    long deadlineNs() {
        return deadlineNs;
    }

    /** Whether data flows, or has flown. */
    boolean isStreaming() {
        return flow != null;
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether a thread of the application sleeps on its socket. */
    boolean hasSleeper() {
        StreamFlow now = flow;
        return now != null && now.hasSleeper();
    }

    /** When something arrived last; {@code nowNs} if nothing could yet. */
    long heardNs(long nowNs) {
        StreamFlow now = flow;
        return now == null ? nowNs : now.heardNs();
    }

    // ---- driving

    /** Does what the bits say, now, or has it done by who holds the lock. */
    void drive(int what) {
        BELL.getAndBitwiseOr(this, what);
        while ((int) BELL.getVolatile(this) != 0 && lock.tryLock()) {
            try {
                turn((int) BELL.getAndSet(this, 0));
            } finally {
                lock.unlock();
            }
        }
    }

    /** A poller looks; if another holds the lock, that one may have looked. */
    void look() {
        if (!lock.tryLock()) {
            return;
        }
        try {
            turn((int) BELL.getAndSet(this, 0) | READ | ATTENDED);
        } finally {
            lock.unlock();
        }
        if ((int) BELL.getVolatile(this) != 0) {
            drive(0);
        }
    }

    /** Does something with the machines, waiting for the lock. */
    int run(LongToIntFunction what) {
        int result;
        lock.lock();
        try {
            result = what.applyAsInt(System.nanoTime());
            turn((int) BELL.getAndSet(this, 0) | WRITE);
        } finally {
            lock.unlock();
        }
        drive(0);
        return result;
    }

    /** Waits for who drives now. */
    void awaitTurn() {
        lock.lock();
        try {
            BELL.getOpaque(this); // nothing is to be done but to have had the lock
        } finally {
            lock.unlock();
        }
    }

    private void turn(int what) {
        if (closed) {
            flushAfterTheEnd();
            return;
        }
        try {
            if ((what & ATTENDED) != 0) {
                LOOKS.setOpaque(this, looks + 1);
            }
            long nowNs = System.nanoTime();
            if (deadlineNs != FOREVER && nowNs - deadlineNs >= 0) {
                onTime(nowNs);
            }
            StreamFlow before = flow;
            if (before == null || ended || !before.isOpen()) {
                begin(what, nowNs);
            }
            StreamFlow now = flow;
            if (now != null && now.isOpen() && !ended) {
                stream(now, before == null ? what | READ : what, nowNs);
            }
            settle(nowNs);
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    private void onTime(long nowNs) {
        cm.onTime(nowNs);
        StreamFlow now = flow;
        if (now != null) {
            now.onTime(nowNs);
        }
    }

    private void stream(StreamFlow now, int what, long nowNs) {
        if ((what & (READ | HUNG_UP)) != 0) {
            ended(now.receive(what, nowNs), nowNs);
        }
        if (!ended) {
            ended(now.transmit(what, nowNs), nowNs);
        }
        if (now.hasHeard()) {
            cm.onFirstMessage(nowNs);
        }
    }

    private void ended(StreamFlow.Outcome how, long nowNs) {
        switch (how) {
            case OPEN -> {}
            case ENDED -> {
                ended = true;
                cm.onEnd(nowNs);
            }
            case BROKEN -> {
                ended = true;
                counters.add(StreamCounter.RESET, 1);
                cm.onReset(nowNs);
            }
        }
    }

    /** TCP connects, startup frames come, or what comes behind the end is thrown away. */
    private void begin(int what, long nowNs) {
        if (connecting) {
            connected(connectedAtOnce != TcpSocket.UNDER_WAY ? connectedAtOnce : socket.connected(), nowNs);
        }
        if (cm.state() == ConnectionState.REQ_RCVD) {
            if ((what & HUNG_UP) != 0) {
                ended(StreamFlow.Outcome.ENDED, nowNs);
            }
        } else if (!ended && !connecting && (what & (READ | HUNG_UP)) != 0 && isOpen()) {
            ended(startup.read(cm, nowNs), nowNs);
        }
        startup.write();
    }

    private boolean isOpen() {
        return cm.state() != ConnectionState.IDLE && cm.state() != ConnectionState.CLOSED;
    }

    private void connected(int result, long nowNs) {
        connecting = result == TcpSocket.UNDER_WAY;
        if (result == 0) {
            cm.onConnected(nowNs);
        } else if (result > 0) {
            cm.onConnectFailed(result, nowNs);
        }
    }

    /** What follows from what was done: a stream that is over ends the connection, FIN goes out, the socket closes. */
    private void settle(long nowNs) {
        if (effects.isOrphan) {
            cm.destroy(nowNs);
        }
        StreamFlow now = flow;
        if (now != null && now.isOver()) {
            cm.onStreamOver(nowNs);
        }
        if (effects.shuts && !shut && startup.isWritten() && (now == null || now.isSent())) {
            shut = true;
            socket.shutOutput();
            cm.onShut(nowNs);
        }
        if (now != null && now.isDeaf() && cm.state() == ConnectionState.CLOSING) {
            cm.onReset(nowNs);
        }
        if (effects.closes) {
            close();
        } else {
            publish();
        }
    }

    private void publish() {
        StreamFlow now = flow;
        int wanted = interestNow();
        if (wanted != interest) {
            interest = wanted;
            registry.daemon.watch(this); // what it waits for has changed
        }
        long next = cm.nextDeadlineNs();
        long other = now == null ? FOREVER : now.nextDeadlineNs();
        if (next == FOREVER || (other != FOREVER && other - next < 0)) {
            next = other;
        }
        if (next != deadlineNs) {
            deadlineNs = next;
            if (next != FOREVER) {
                registry.daemon.sooner(next);
            }
        }
    }

    private void close() {
        closed = true;
        deadlineNs = FOREVER;
        StreamFlow now = flow;
        if (now != null) {
            now.close();
        }
        registry.forget(this);
        socket.close();
        flushAfterTheEnd();
    }

    /** What is posted after the end is flushed. */
    private void flushAfterTheEnd() {
        IwarpQp its = qp;
        if (its != null) {
            its.flush();
        }
    }

    /** A fault of this program ends this connection, and no other. */
    private void fail(Throwable thrown) {
        counters.add(StreamCounter.FAULTS, 1);
        registry.fault(this, thrown);
        long nowNs = System.nanoTime();
        try {
            IwarpQp its = qp;
            if (its != null) {
                its.machine().toError();
            }
            cm.onReset(nowNs);
        } catch (RuntimeException | Error again) {
            thrown.addSuppressed(again);
        }
        if (!closed) {
            close();
        }
    }

    // ---- what the connection asks for, with the lock held

    void open(InetSocketAddress destination) {
        connectedAtOnce = socket.connect(destination);
        connecting = true;
        interest = Poller.OUT;
        registry.daemon.add(this);
    }

    StartupBytes startup() {
        return startup;
    }

    void failMachine() {
        IwarpQp its = qp;
        if (its != null) {
            its.machine().toError();
        }
    }

    /** There is more to do than one turn may. */
    void again() {
        BELL.getAndBitwiseOr(this, READ | WRITE);
    }

    void startStream(Agreement agreement, boolean initiator) {
        IwarpQp its = qp;
        if (its == null) {
            return;
        }
        counters.add(StreamCounter.CONNECTED, 1);
        StreamFlow made = new StreamFlow(this, its, counters, registry);
        its.machine().connect(registry.attributes(socket, agreement, initiator), System.nanoTime());
        flow = made;
        made.open();
    }

    // ---- commands

    /** A TCP connection came to a listener. */
    void accepted(Responder responder) {
        run(nowNs -> {
            cm.onAccepted(responder, nowNs);
            return 0;
        });
    }

    int connect(Initiator initiator, InetSocketAddress destination) {
        return run(nowNs -> {
            effects.destination = destination;
            return cm.connect(initiator, nowNs);
        });
    }

    int accept(int ird, int ord, byte[] data) {
        return run(nowNs -> cm.accept(ird, ord, data, nowNs));
    }

    int reject(byte[] data) {
        return run(nowNs -> cm.reject(data, nowNs));
    }

    /** The most private data that an answer to the request may carry; negative if nobody asks. */
    int mostData() {
        return run(nowNs -> cm.mostData());
    }

    int disconnect() {
        return run(cm::disconnect);
    }

    /** Nobody wants to hear of it any more; it ends, orderly. */
    void destroy() {
        run(nowNs -> {
            effects.id = null;
            cm.destroy(nowNs);
            return 0;
        });
    }

    /** It is silent, and another needs its place. */
    void evict() {
        run(nowNs -> {
            if (cm.state() == ConnectionState.AWAIT_REQ) {
                counters.add(StreamCounter.EVICTED, 1);
                cm.onReset(nowNs);
            }
            return 0;
        });
    }

    /** Its queue pair. */
    void attach(IwarpQp made) {
        qp = made;
    }

    /** Its queue pair is destroyed: nothing is sent, received or reported any more. */
    void detach() {
        run(nowNs -> {
            IwarpQp its = qp;
            qp = null;
            if (its != null) {
                its.machine().reset();
            }
            StreamFlow now = flow;
            if (now != null) {
                now.close();
            }
            if (cm.state() == ConnectionState.ESTABLISHED || cm.state() == ConnectionState.AWAIT_FIRST) {
                int ignored = cm.disconnect(nowNs);
                assert ignored == 0;
            }
            return 0;
        });
    }

    /** Its queue pair flushes, and its connection ends. */
    void failQueuePair() {
        run(nowNs -> {
            IwarpQp its = qp;
            if (its != null) {
                its.machine().toError();
                if (flow == null) {
                    its.flush();
                }
            }
            return 0;
        });
    }

    // ---- what the daemon waits for

    /** {@link Poller#IN} and {@link Poller#OUT} or'ed, 0 for the peer's end alone, or {@link #NOTHING}. */
    int interest() {
        return closed ? NOTHING : interest;
    }

    private int interestNow() {
        if (ended) {
            return NOTHING;
        }
        if (connecting) {
            return Poller.OUT;
        }
        if (cm.state() == ConnectionState.REQ_RCVD) {
            return 0;
        }
        StreamFlow now = flow;
        int out = !startup.isWritten() || (now != null && now.isStuck()) ? Poller.OUT : 0;
        return now == null || !now.isOpen() || now.wantsInput() ? Poller.IN | out : out;
    }

    @Override
    public String toString() {
        return socket.local() + " - " + socket.remote();
    }
}
