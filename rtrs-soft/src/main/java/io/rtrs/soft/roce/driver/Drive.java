package io.rtrs.soft.roce.driver;

import io.rtrs.soft.completion.CompletionQueue;
import io.rtrs.soft.roce.endpoint.AckTiming;
import io.rtrs.soft.roce.endpoint.Endpoint;
import io.rtrs.soft.roce.endpoint.Shards;
import io.rtrs.verbs.CounterSnapshot;
import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.LongToIntFunction;
import java.util.function.Supplier;

/**
 * Drives an endpoint with the threads of its users.
 *
 * <p>Who holds the lock owns the endpoint, for one bounded turn. Who posts and finds it held leaves the doorbell rung, which
 * every owner looks at after he let go. At most one thread at a time is the {@linkplain Lead leader}: it alone sleeps on the
 * socket.
 *
 * <p><b>Threading:</b> any. <b>Allocation:</b> none in {@link #transmit}, {@link #receive} and {@link #driveAndSleep}.
 */
final class Drive {
    private static final int DATAGRAMS = 64;
    private static final int PACKETS = 256;
    private static final int ROUNDS = 8;

    /** More datagrams than a usual receive buffer holds, {@link #DATAGRAMS} at a time. */
    private static final int LATE_TAKES = 128;

    private final Endpoint endpoint;
    private final Outlet outlet;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Lead lead;
    private final AtomicInteger queuePairs = new AtomicInteger();

    private volatile boolean doorbell;
    private volatile boolean closed;

    // The owner's.
    private final AckTiming acks = new AckTiming();

    /** Those whose endpoints were ever left something, by shard. */
    private final @Nullable Drive[] reminded = new @Nullable Drive[Shards.MAX];

    /** Which of them, as bits, are to be reminded of it when the turn is over: by who ends it, or by the next one. */
    private final AtomicInteger reminders = new AtomicInteger();

    // Written by the owner.
    private volatile long receptions;
    private volatile long attended;
    private long turns;
    private volatile boolean due;
    private volatile long dueNs;
    private volatile boolean idle = true;

    // Written by the leader.
    private volatile boolean sleeping;
    private volatile long sleepUntilNs;
    private volatile long naps;

    private volatile @Nullable DriveThread thread;

    /**
     * Drives an endpoint.
     *
     * @param clock nanoseconds, compare by subtraction
     */
    Drive(Endpoint endpoint, Outlet outlet, LongSupplier clock) {
        this.endpoint = endpoint;
        this.outlet = outlet;
        this.clock = clock;
        this.lead = new Lead(outlet::wakeup);
    }

    /** The endpoint, whose owner is who runs in {@link #run}. */
    Endpoint endpoint() {
        return endpoint;
    }

    /** Whether its link is gone. */
    boolean isClosed() {
        return closed;
    }

    /** Whether the endpoint has neither connections nor queue pairs, as of the last turn. */
    boolean isIdle() {
        return idle;
    }

    /** Whether there is something to do at that time, as of the last turn. */
    boolean isDue(long nowNs) {
        return due && dueNs - nowNs <= 0;
    }

    /** When there is something to do, as of the last turn, or {@link Endpoint#NO_DEADLINE}. */
    long nextDeadlineNs() {
        return due ? dueNs : Endpoint.NO_DEADLINE;
    }

    /** What its clock says. */
    long nowNs() {
        return clock.getAsLong();
    }

    /** Turns that looked at the socket, ever, but for {@link #attend}: who sees it move knows that somebody drives. */
    long receptions() {
        return receptions;
    }

    /** Queue pairs that were placed here. */
    int queuePairs() {
        return queuePairs.get();
    }

    void addQueuePair() {
        queuePairs.incrementAndGet();
    }

    void removeQueuePair() {
        queuePairs.decrementAndGet();
    }

    /** Who leads when nobody else does. */
    void attach(DriveThread made) {
        thread = made;
        lead.reserve(made);
    }

    /** Something changed that may let the drive be closed. */
    void look() {
        DriveThread waiting = thread;
        if (waiting != null) {
            waiting.look();
        }
    }

    // ---- turns

    /** Sends what was posted, now or by who drives at the moment. */
    void transmit() {
        doorbell = true;
        answerDoorbell();
    }

    /** Takes what has arrived and lets it have its effects, unless somebody else drives at the moment. */
    void receive() {
        receive(null);
    }

    /**
     * As {@link #receive()}, for who polls a completion queue: if there is something for him, what else follows is sent when
     * he has handled it, by his posts or his next poll, so that acknowledgements leave together with requests and answers.
     */
    void receive(@Nullable CompletionQueue polled) {
        if (lock.tryLock()) {
            try {
                turn(true, polled);
            } finally {
                lock.unlock();
                afterTurn();
            }
        }
    }

    /**
     * For the drive's own thread, which does not lead: receives, and does what is overdue, unless somebody drives at the
     * moment. For others that is no sign that somebody drives.
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one owner at a time
    void attend() {
        if (lock.tryLock()) {
            try {
                if (work(true, null)) {
                    attended++;
                }
            } finally {
                lock.unlock();
                afterTurn();
            }
        }
    }

    /** Runs a command on the endpoint, and what follows from it. */
    int run(LongToIntFunction command) {
        lock.lock();
        try {
            int result = command.applyAsInt(clock.getAsLong());
            turn(false, null);
            return result;
        } finally {
            lock.unlock();
            afterTurn();
        }
    }

    /** Runs a command that makes something. */
    <T> T call(Supplier<T> command) {
        lock.lock();
        try {
            return command.get();
        } finally {
            lock.unlock();
            answerDoorbell();
        }
    }

    /** What was counted here since the address came into use. */
    CounterSnapshot counters() {
        return call(() -> DriveSnapshot.of(endpoint, this::count, outlet.counters(!closed)));
    }

    /** As {@link #counters}, of a drive that is closed; the caller closed it. */
    CounterSnapshot lastCounters() {
        return DriveSnapshot.of(endpoint, this::count, outlet.counters(false));
    }

    private long count(DriveCounter counter) {
        return switch (counter) {
            case SOCKETS -> 1;
            case TURNS -> turns;
            case LOOKS -> receptions + attended;
            case ATTENDED -> attended;
            case NAPS -> naps;
            case HAND_OVERS -> lead.handOvers();
        };
    }

    /** Returns when the turn that goes on now, if any, is over. */
    void awaitTurn() {
        call(() -> this);
    }

    /** Called by the owner: another drive's endpoint was left something. */
    void remind(Drive other) {
        int shard = other.endpoint.shard();
        reminded[shard] = other;
        reminders.getAndAccumulate(1 << shard, (now, bit) -> now | bit);
    }

    /** Whatever the turn has thrown: others wait for what it left them. */
    private void afterTurn() {
        wakeSleeper();
        if (reminders.get() != 0) {
            remindOthers();
        }
        answerDoorbell();
    }

    private void remindOthers() {
        for (int left = reminders.getAndSet(0); left != 0; left &= left - 1) {
            Drive other = reminded[Integer.numberOfTrailingZeros(left)];
            if (other != null) {
                other.transmit();
            }
        }
    }

    private void answerDoorbell() {
        // Who owns the first drive may run something as the owner of another, and must not begin a turn inside his own.
        while (doorbell && !lock.isHeldByCurrentThread() && lock.tryLock()) {
            try {
                doorbell = false;
                turn(false, null);
            } finally {
                lock.unlock();
                wakeSleeper();
                if (reminders.get() != 0) {
                    remindOthers();
                }
            }
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one owner at a time
    private void turn(boolean receive, @Nullable CompletionQueue polled) {
        if (work(receive, polled)) {
            receptions++;
        }
    }

    /** What is done in a turn; whether it looked at the socket. */
    private boolean work(boolean receive, @Nullable CompletionQueue polled) {
        if (closed) {
            return false;
        }
        turns++;
        long now = clock.getAsLong();
        boolean late = isLate(now);
        boolean looks = receive || late;
        boolean more = true;
        for (int i = 0; i < ROUNDS && more; i++) {
            int received = looks ? take(late && i == 0, now) : 0;
            // Nobody sleeps who would have to be woken to do what is left undone here.
            boolean handles = polled != null && !polled.isEmpty() && !sleeping;
            if (receive) {
                acks.onReceived(polled != null, handles, now);
            }
            if (acks.postpones(handles)) {
                break;
            }
            boolean acknowledges = !acks.acksWait();
            int written = endpoint.poll(PACKETS, acknowledges, now);
            more = received == DATAGRAMS || (endpoint.hasWork() && !endpoint.isFull() && (written > 0 || acknowledges));
        }
        publish(now, more);
        return looks;
    }

    /**
     * Whether a deadline has passed. Perhaps nobody drove for a while, and what was waited for lies in the socket: it counts
     * before the clock does.
     */
    private boolean isLate(long now) {
        long deadline = endpoint.nextDeadlineNs();
        return deadline != Endpoint.NO_DEADLINE && deadline - now <= 0;
    }

    /** Takes some of what has arrived, or all of it, and no endless stream; how many the last ones were. */
    private int take(boolean all, long now) {
        int received = endpoint.receive(DATAGRAMS, now);
        for (int i = 1; all && received == DATAGRAMS && i < LATE_TAKES; i++) {
            received = endpoint.receive(DATAGRAMS, now);
        }
        return received;
    }

    private void publish(long now, boolean more) {
        long deadline = more ? now : endpoint.nextDeadlineNs();
        boolean any = deadline != Endpoint.NO_DEADLINE;
        if (acks.acksWait() && (!any || acks.latestNs() - deadline < 0)) {
            deadline = acks.latestNs();
            any = true;
        }
        if (any) {
            dueNs = deadline;
        }
        due = any;
        boolean nothing = endpoint.isIdle();
        if (idle != nothing) {
            idle = nothing;
        }
    }

    /** The leader must not sleep beyond what is due. */
    private void wakeSleeper() {
        if (sleeping && due && dueNs - sleepUntilNs < 0) {
            outlet.wakeup();
        }
    }

    // ---- leading

    /** Who sleeps on the socket. */
    Lead lead() {
        return lead;
    }

    /**
     * The leader's step: drives, then sleeps until something arrives, is due, or {@link #wakeLeader}.
     *
     * @param over asked before sleeping: whether the leader need not
     * @param untilNs when to wake at the latest, compared by subtraction, if {@code limited}
     * @return whether somebody else drove meanwhile, so that the leader is not needed
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one leader at a time
    boolean driveAndSleep(BooleanSupplier over, boolean limited, long untilNs) throws VerbsException {
        receive();
        if (closed || over.getAsBoolean()) {
            return false;
        }
        long seen = receptions;
        long now = clock.getAsLong();
        boolean timed = limited;
        long wakeNs = limited ? untilNs : now + Long.MAX_VALUE / 2;
        if (due && dueNs - wakeNs < 0) {
            wakeNs = dueNs;
            timed = true;
        }
        sleepUntilNs = wakeNs;
        sleeping = true;
        try {
            boolean sooner = due && dueNs - wakeNs < 0;
            if (!sooner && !doorbell && !over.getAsBoolean()) {
                naps++;
                outlet.await(timed ? Math.max(0, wakeNs - now) : Outlet.FOREVER);
            }
        } finally {
            sleeping = false;
        }
        return receptions != seen;
    }

    /** Ends the leader's sleep, now or next. */
    void wakeLeader() {
        outlet.wakeup();
    }

    // ---- end

    /** Takes the lock if nobody has it and nothing of the endpoint is left. */
    boolean tryLockIdle() {
        if (!lock.tryLock()) {
            return false;
        }
        if (endpoint.isIdle()) {
            return true;
        }
        lock.unlock();
        return false;
    }

    /** Nobody drives any more; the caller has the lock. */
    void retire() {
        closed = true;
    }

    void unlock() {
        lock.unlock();
    }

    /** Closes the link of a drive that is {@linkplain #retire retired}; its thread ends. */
    void close() {
        outlet.close();
        look();
    }

    @Override
    public String toString() {
        return "drive of " + outlet.link().local() + (endpoint.shard() == 0 ? "" : " " + endpoint.shard());
    }
}
