package io.rtrs.soft.roce.driver;

import io.rtrs.soft.roce.cm.CmIdentity;
import io.rtrs.soft.roce.cm.ConnectionManager;
import io.rtrs.soft.roce.endpoint.Endpoint;
import io.rtrs.soft.roce.endpoint.EndpointTuning;
import io.rtrs.soft.roce.endpoint.Shards;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.wire.RoceAddress;
import io.rtrs.verbs.CounterSnapshot;
import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.function.LongToIntFunction;
import java.util.function.Predicate;

/**
 * A local address in use: its drives, each with a socket, an endpoint and a lock of its own. The first has the connection
 * manager. Others are opened as completion queues come, so that those who wait for different queues wait at different
 * sockets; all queue pairs of one completion queue or channel are at one drive.
 *
 * <p><b>Threading:</b> any. Who holds the first drive's lock may take another's; nobody who holds another's takes one.
 */
final class Site implements Shards.Owners {
    private static final Logger LOG = LoggerFactory.getLogger(Site.class);
    private static final Drive[] NONE = {};

    private final Outlet outlet;
    private final Registry registry;
    private final RecordedLinks recordings;
    private final Predicate<Site> closer;
    private final CmIdentity self;
    private final Consumer consumer;
    private final Shards shards = new Shards(this);

    private volatile Drive[] drives = NONE;

    /** Whether the network has no more of them, ever. */
    private boolean complete;

    /** Whether it had none when one was asked for last. */
    private boolean refused;

    /** Ids that use it; written under the registry's monitor. */
    private volatile int users;

    /**
     * An address with one drive.
     *
     * @param closer closes the site if nobody needs it; whether it did
     */
    Site(Outlet outlet, CmIdentity self, Registry registry, RecordedLinks recordings, Predicate<Site> closer)
            throws VerbsException {
        this.outlet = outlet;
        this.self = self;
        this.registry = registry;
        this.recordings = recordings;
        this.closer = closer;
        this.consumer = new Consumer(registry);
        publish(drive(outlet));
        consumer.attach(this);
    }

    private Drive drive(Outlet made) throws VerbsException {
        Link recorded = recordings.begin(made.link());
        EndpointTuning tuning =
                EndpointTuning.DEFAULT.receiving(made.receiveBytes()).withSilence(SoftConnections.silenceNs());
        Endpoint endpoint = new Endpoint(recorded, self, registry.numbers, tuning, consumer, shards);
        return new Drive(endpoint, made, registry.ambient.clock());
    }

    private void publish(Drive drive) {
        Drive[] now = drives;
        Drive[] more = Arrays.copyOf(now, now.length + 1);
        more[now.length] = drive;
        drives = more;
        drive.endpoint().join(); // who finds it asks here for its drive
    }

    /**
     * Lets threads lead where nobody else does. Before the site can be found, and with the registry locked, which they need to
     * close it.
     */
    void start() {
        startThread(first());
    }

    private void startThread(Drive drive) {
        if (registry.ambient.invoked()) {
            return;
        }
        DriveThread.start(drive, () -> !hasUsers() && isIdle(), () -> drive.isClosed() || closer.test(this));
    }

    // ---- what it is

    /** The local address. */
    InetAddress address() {
        return outlet.address().address();
    }

    /** Whether another process has the port of the address, so that this one has a port of its own. */
    boolean isSharing() {
        return outlet.link().port() != RoceAddress.ROCE_PORT;
    }

    /** Another address as seen from here: link-local ones are on our interface. */
    InetAddress scoped(InetAddress other) {
        return outlet.address().scoped(other);
    }

    /** Who hears the connection manager. */
    Consumer consumer() {
        return consumer;
    }

    /** The connection manager, whose owner is who runs in {@link #run(LongToIntFunction)}. */
    ConnectionManager connections() {
        return first().endpoint().connections();
    }

    /** The largest path MTU from here. */
    int pathMtu() {
        return outlet.link().pathMtu();
    }

    /** What all its drives count; it takes their turns. */
    CounterSnapshot counters() {
        CounterSnapshot sum = CounterSnapshot.EMPTY;
        for (Drive drive : drives) {
            sum = sum.with(drive.counters());
        }
        return sum;
    }

    /** As {@link #counters}, of a site that is closed; the caller closed it. */
    CounterSnapshot lastCounters() {
        CounterSnapshot sum = CounterSnapshot.EMPTY;
        for (Drive drive : drives) {
            sum = sum.with(drive.lastCounters());
        }
        return sum;
    }

    /** The drive with the connection manager. */
    Drive first() {
        return drives[0];
    }

    // ---- queue pairs

    /**
     * The drive for a queue pair that reports to these queues, which know of it from now on: where the other queue pairs of
     * theirs are, or else where the fewest are.
     */
    synchronized Drive place(SoftQueue sendCq, SoftQueue recvCq) {
        Drive drive = known(recvCq);
        if (drive == null) {
            drive = known(sendCq);
        }
        if (drive == null) {
            drive = fewest();
        }
        drive.addQueuePair();
        sendCq.attach(drive);
        recvCq.attach(drive);
        return drive;
    }

    /** A queue pair is there no more. */
    void leave(Drive drive, SoftQueue sendCq, SoftQueue recvCq) {
        sendCq.detach(drive);
        recvCq.detach(drive);
        drive.removeQueuePair();
    }

    private @Nullable Drive known(SoftQueue queue) {
        for (Drive drive : drives) {
            if (queue.isAt(drive)) {
                return drive;
            }
        }
        return null;
    }

    private Drive fewest() {
        Drive least = first();
        for (Drive drive : drives) {
            if (drive.queuePairs() < least.queuePairs()) {
                least = drive;
            }
        }
        return least.queuePairs() == 0 || complete ? least : another(least);
    }

    /** One more drive, if the network lets us have it, now or the next time; else the one that there is. */
    private Drive another(Drive instead) {
        Drive[] now = drives;
        Outlet made = null;
        try {
            made = now.length == Shards.MAX ? null : outlet.another(now.length).orElse(null);
            if (made != null) {
                Drive drive = drive(made);
                // As its owner: its thread must not lead before others find it.
                drive.call(() -> {
                    startThread(drive); // first: there may be none
                    publish(drive);
                    return drive;
                });
                made = null;
                refused = false;
                return drive;
            }
            complete = true;
        } catch (VerbsException | OutOfMemoryError e) {
            if (!refused) { // said once: it may be so for each queue pair to come
                LOG.info("{} stays at {} sockets for now: {}", this, now.length, e.getMessage());
            }
            refused = true;
        } finally {
            if (made != null) {
                made.close();
            }
        }
        return instead;
    }

    // ---- turns

    /** Runs a command on the connection manager, and what follows from it. */
    int run(LongToIntFunction command) {
        return first().run(command);
    }

    /** Drives by hand all its drives; whether there is more to do at the same time. */
    boolean turn(long nowNs) {
        boolean more = false;
        for (Drive drive : drives) {
            drive.receive();
            more |= drive.isDue(nowNs);
        }
        return more;
    }

    /** When the next of its drives is due, or {@link Endpoint#NO_DEADLINE}. */
    long nextDeadlineNs(long nowNs) {
        long soonest = Endpoint.NO_DEADLINE;
        for (Drive drive : drives) {
            long deadline = drive.nextDeadlineNs();
            if (deadline != Endpoint.NO_DEADLINE
                    && (soonest == Endpoint.NO_DEADLINE || deadline - nowNs < soonest - nowNs)) {
                soonest = deadline;
            }
        }
        return soonest;
    }

    @Override
    public int run(int shard, LongToIntFunction command) {
        return drives[shard].run(command);
    }

    @Override
    public void attend(int from, int shard) {
        drives[from].remind(drives[shard]);
    }

    /** Returns when each turn that goes on now is over. */
    void awaitTurns() {
        for (Drive drive : drives) {
            drive.awaitTurn();
        }
    }

    // ---- users

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

    /** Whether it has neither connections nor queue pairs, as of the last turns. */
    boolean isIdle() {
        for (Drive drive : drives) {
            if (!drive.isIdle()) {
                return false;
            }
        }
        return true;
    }

    /** Something changed that may let the site be closed. */
    void look() {
        for (Drive drive : drives) {
            drive.look();
        }
    }

    /** Closes all links if nothing is left; the caller made sure that no user comes. */
    boolean closeIfIdle() {
        Drive[] now = drives;
        int locked = 0;
        try {
            while (locked < now.length && now[locked].tryLockIdle()) {
                locked++;
            }
            if (locked < now.length) {
                return false;
            }
            for (Drive drive : now) {
                drive.retire();
            }
        } finally {
            while (locked > 0) {
                now[--locked].unlock();
            }
        }
        for (int i = now.length - 1; i >= 0; i--) { // so that those that are left keep their places among them
            now[i].close();
            recordings.end(now[i].endpoint().link());
        }
        return true;
    }

    @Override
    public String toString() {
        return "address " + outlet.link().local();
    }
}
