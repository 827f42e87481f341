package io.rtrs.verbs.softroce.driver;

import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.completion.CompletionQueue;
import io.rtrs.verbs.softroce.driver.udp.Poller;
import io.rtrs.verbs.softroce.driver.udp.UdpLink;
import io.rtrs.verbs.softroce.endpoint.Endpoint;
import io.rtrs.verbs.softroce.wire.RoceAddress;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongToIntFunction;
import java.util.function.Supplier;

/**
 * Drives the endpoint of one local address with the threads of its users.
 *
 * <p>Who holds the lock owns the endpoint, for one bounded turn. Who posts and finds it held leaves the doorbell rung, which
 * every owner looks at after he let go. At most one thread at a time is the leader: it alone sleeps on the socket.
 *
 * <p><b>Threading:</b> any. <b>Allocation:</b> none in {@link #transmit}, {@link #receive} and {@link #driveAndSleep}.
 */
final class Drive {
    /** {@link #driveAndSleep}: no limit of time. */
    static final long FOREVER = Long.MAX_VALUE;

    private static final int DATAGRAMS = 64;
    private static final int PACKETS = 256;
    private static final int ROUNDS = 8;

    /**
     * How long acknowledgements wait for company while who handles completions polls in vain: an answer of several messages
     * may come in two datagrams, a moment apart.
     */
    private static final long ACKS_COMPANY_NS = TimeUnit.MICROSECONDS.toNanos(10);

    /** They never wait for longer, however busy others at this address are. */
    private static final long ACKS_WAIT_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final InetAddress address;
    private final Consumer consumer;
    private final Endpoint endpoint;
    private final UdpLink link;
    private final Poller poller;
    private final ReentrantLock lock = new ReentrantLock();
    private final Lead lead;

    private volatile boolean doorbell;
    private volatile boolean closed;

    // The owner's.
    /** Acknowledgements wait for who handles completions: for his posts, or that he comes again and finds none. */
    private boolean acksWait;

    /** Until when they wait at the latest. */
    private long acksLatestNs;

    /** Until when they wait if he polls in vain, from the first time since he handled some. */
    private long companyUntilNs;

    /** So does all else, but not twice. */
    private boolean allWaits;

    // Written by the owner.
    private volatile long receptions;
    private volatile boolean due;
    private volatile long dueNs;
    private volatile boolean idle = true;

    // Written by the leader.
    private volatile boolean sleeping;
    private volatile long sleepUntilNs;

    private volatile @Nullable DriveThread thread;

    /** Ids that use it; written under the registry's monitor. */
    private volatile int users;

    Drive(InetAddress address, Endpoint endpoint, UdpLink link, Poller poller, Consumer consumer) {
        this.address = address;
        this.consumer = consumer;
        this.endpoint = endpoint;
        this.link = link;
        this.poller = poller;
        this.lead = new Lead(poller::wakeup);
    }

    /** The local address. */
    InetAddress address() {
        return address;
    }

    /** Whether another process has the port of the address, so that this one has a port of its own. */
    boolean isSharing() {
        return link.port() != RoceAddress.ROCE_PORT;
    }

    /** Another address as seen from here: link-local ones are on our interface. */
    InetAddress scoped(InetAddress other) {
        return link.facts().address().scoped(other);
    }

    /** Who hears the endpoint's connection manager. */
    Consumer consumer() {
        return consumer;
    }

    /** One more user; the caller holds the registry's monitor. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void addUser() {
        users++;
    }

    /** One user less; the caller holds the registry's monitor. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    int removeUser() {
        return --users;
    }

    /** Whether somebody uses it. */
    boolean hasUsers() {
        return users != 0;
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

    /** Turns that looked at the socket, ever: who sees it move knows that somebody drives. */
    long receptions() {
        return receptions;
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
            }
            wakeSleeper();
            answerDoorbell();
        }
    }

    /** Runs a command on the endpoint, and what follows from it. */
    int run(LongToIntFunction command) {
        int result;
        lock.lock();
        try {
            result = command.applyAsInt(System.nanoTime());
            turn(false, null);
        } finally {
            lock.unlock();
        }
        wakeSleeper();
        answerDoorbell();
        return result;
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

    /** Returns when the turn that goes on now, if any, is over. */
    void awaitTurn() {
        call(() -> this);
    }

    private void answerDoorbell() {
        while (doorbell && lock.tryLock()) {
            try {
                doorbell = false;
                turn(false, null);
            } finally {
                lock.unlock();
            }
            wakeSleeper();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one owner at a time
    private void turn(boolean receive, @Nullable CompletionQueue polled) {
        if (closed) {
            return;
        }
        long now = System.nanoTime();
        boolean more = true;
        for (int i = 0; i < ROUNDS && more; i++) {
            int received = receive ? endpoint.receive(DATAGRAMS, now) : 0;
            // Nobody sleeps who would have to be woken to do what is left undone here.
            boolean handles = polled != null && !polled.isEmpty() && !sleeping;
            if (receive) {
                acksWait = letAcksWait(handles, polled != null, now);
            }
            allWaits = handles && !allWaits;
            if (allWaits) {
                break;
            }
            int written = endpoint.poll(PACKETS, !acksWait, now);
            more = received == DATAGRAMS || (endpoint.hasWork() && !endpoint.isFull() && (written > 0 || !acksWait));
        }
        publish(now, more);
        if (receive) {
            receptions++;
        }
    }

    /** Whether acknowledgements go on waiting, or begin to, after a look at the socket. */
    private boolean letAcksWait(boolean handles, boolean polls, long now) {
        if (handles) {
            acksLatestNs = acksWait ? acksLatestNs : now + ACKS_WAIT_NS;
            companyUntilNs = acksLatestNs;
        } else if (now + ACKS_COMPANY_NS - companyUntilNs < 0) {
            companyUntilNs = now + ACKS_COMPANY_NS;
        }
        return (handles || (acksWait && polls)) && now - companyUntilNs < 0;
    }

    private void publish(long now, boolean more) {
        long deadline = more ? now : endpoint.nextDeadlineNs();
        boolean any = deadline != Endpoint.NO_DEADLINE;
        if (acksWait && (!any || acksLatestNs - deadline < 0)) {
            deadline = acksLatestNs;
            any = true;
        }
        if (any) {
            dueNs = deadline;
        }
        due = any;
        boolean nothing = endpoint.queuePairs() == 0 && endpoint.connections().connections() == 0;
        if (idle != nothing) {
            idle = nothing;
        }
    }

    /** The leader must not sleep beyond what is due. */
    private void wakeSleeper() {
        if (sleeping && due && dueNs - sleepUntilNs < 0) {
            poller.wakeup();
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
    boolean driveAndSleep(BooleanSupplier over, boolean limited, long untilNs) throws VerbsException {
        receive();
        if (closed || over.getAsBoolean()) {
            return false;
        }
        long seen = receptions;
        long now = System.nanoTime();
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
                poller.await(timed ? Math.max(0, wakeNs - now) : Poller.FOREVER);
            }
        } finally {
            sleeping = false;
        }
        return receptions != seen;
    }

    /** Ends the leader's sleep, now or next. */
    void wakeLeader() {
        poller.wakeup();
    }

    // ---- end

    /** Closes the link if nothing of the endpoint is left; the caller made sure that no user comes. */
    boolean closeIfIdle() {
        if (!lock.tryLock()) {
            return false;
        }
        try {
            if (endpoint.queuePairs() != 0 || endpoint.connections().connections() != 0) {
                return false;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        poller.close();
        link.close();
        return true;
    }

    @Override
    public String toString() {
        return "drive of " + link.local();
    }
}
