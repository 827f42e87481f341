package io.rtrs.soft.roce.endpoint;

import io.rtrs.soft.roce.cm.CmIdentity;
import io.rtrs.soft.roce.cm.CmLimits;
import io.rtrs.soft.roce.cm.CmTimes;
import io.rtrs.soft.roce.cm.ConnectionManager;
import io.rtrs.soft.roce.cm.Gsi;
import io.rtrs.soft.roce.cm.QueuePairAttributes;
import io.rtrs.soft.roce.link.FailureSink;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.link.PacketSink;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.link.ReturnedPacket;
import io.rtrs.soft.roce.rc.Budget;
import io.rtrs.soft.roce.rc.QpAttributes;
import io.rtrs.soft.roce.rc.QueuePair;
import io.rtrs.soft.roce.rc.QueuePairTotals;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Icrc;
import io.rtrs.soft.roce.wire.RoceAddress;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.roce.wire.RocePacket;
import io.rtrs.verbs.libc.Errno;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongToIntFunction;

/**
 * One local address, or one {@linkplain Shards of several} that share it: checks what its link receives, hands it to queue
 * pairs and to the connection manager, and lets those send in turn.
 *
 * <p>Drive order: {@link #receive} while there is something; {@link #poll} while {@link #hasWork()} and not
 * {@link #isFull()}, and when {@link #nextDeadlineNs()} has come. Commands to {@link #connections()} and to queue pairs at
 * any time, followed by a {@code poll}.
 *
 * <p>A packet for a queue pair counts only from its peer's address, with a right ICRC (spec/rocev2.md 2.5, 5.1) unless both
 * agreed that there is none (docs/decisions/0008-no-icrc-at-home.md); whatever else arrives is counted and leaves no trace.
 *
 * <p><b>Threading:</b> one owner at a time; {@link Lane#ring} and {@link #hasRung()} from any thread. <b>Allocation:</b>
 * none per packet.
 */
public final class Endpoint implements PacketSink {
    /** {@link #nextDeadlineNs}: nothing is due. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    private static final int TIMERS_AT_ONCE = 64;

    private final Link link;
    private final int port;
    private final EndpointTuning tuning;
    private final QueuePairNumbers numbers;
    private final ConnectionEvents consumer;

    /** The first one's alone. */
    private final @Nullable ConnectionManager manager;

    private final Shards shards;
    private final int shard;
    private final Misdirected misdirected = new Misdirected();
    private final ManagerMail mail = new ManagerMail();
    private final Icrc icrc = new Icrc();
    private final RocePacket packet;
    private final EndpointCounters counters = new EndpointCounters();
    private final LaneTable lanes = new LaneTable();
    private final Budgets budgets = new Budgets();
    private final QueuePairTotals destroyed = new QueuePairTotals();
    private final FailureSink failures = this::onUnreachable;

    /** Lanes that were rung, the last one first. */
    private final AtomicReference<@Nullable Lane> rung = new AtomicReference<>();

    // Lanes with work, in the order of their turns.
    private @Nullable Lane first;
    private @Nullable Lane last;

    /** Lanes that owe acknowledgements in this round, those first that had their turn first: they may have waited. */
    private @Nullable Lane owing;

    private @Nullable Lane lastOwing;

    // The earliest time that a queue pair waits for may be later than this, but not earlier.
    private boolean timed;
    private long earliestNs;
    private boolean full;

    /** An endpoint without queue pairs, alone at its address; the identity's address and MTU are the link's. */
    public Endpoint(
            Link link, CmIdentity self, QueuePairNumbers numbers, EndpointTuning tuning, ConnectionEvents consumer) {
        this(link, self, numbers, tuning, consumer, new Shards(Shards.NOBODY));
        shards.add(this);
    }

    /**
     * The next endpoint of several, which does not count among them before it {@linkplain #join joins}; the connection manager
     * of all is the first one's.
     */
    public Endpoint(
            Link link,
            CmIdentity self,
            QueuePairNumbers numbers,
            EndpointTuning tuning,
            ConnectionEvents consumer,
            Shards shards) {
        this.link = link;
        this.port = link.port();
        // Up to what a network carries, a payload over the path MTU is an offence of the peer, which its queue pair
        // answers.
        this.packet = new RocePacket(Math.max(link.pathMtu(), RoceOpcode.MAX_PAYLOAD));
        this.tuning = tuning;
        this.numbers = numbers;
        this.consumer = consumer;
        this.shards = shards;
        this.shard = shards.count();
        this.manager = shard != 0
                ? null
                : new ConnectionManager(self, CmTimes.DEFAULT, CmLimits.DEFAULT, new Management(this, consumer));
    }

    /**
     * The others find it from now on, and leave it what is its own: its owner can be {@linkplain Shards.Owners reminded}. Called
     * once, before the next one is made.
     */
    public void join() {
        shards.add(this);
    }

    // ---- queries

    /** The link. */
    public Link link() {
        return link;
    }

    /** The endpoints of its address. */
    public Shards shards() {
        return shards;
    }

    /** Which of them it is. */
    public int shard() {
        return shard;
    }

    /** The connection manager, which the first one has and no other; after a command to it, {@link #poll}. */
    public ConnectionManager connections() {
        return Objects.requireNonNull(manager, "the connection manager is the first endpoint's");
    }

    /** Whether {@link #connections} are here. */
    public boolean manages() {
        return manager != null;
    }

    /** Whether nothing is here that needs a link: queue pairs, or connections. */
    public boolean isIdle() {
        return lanes.size() == 0 && (manager == null || manager.connections() == 0);
    }

    /** What arrived. */
    public EndpointCounters counters() {
        return counters;
    }

    /** What its queue pairs counted, those that are destroyed among them. */
    public QueuePairTotals queuePairTotals() {
        QueuePairTotals totals = new QueuePairTotals();
        totals.add(destroyed);
        for (int i = 0; i < lanes.capacity(); i++) {
            Lane lane = lanes.at(i);
            if (lane != null) {
                totals.add(lane.queuePair().counters());
            }
        }
        return totals;
    }

    /** Queue pairs here. */
    public int queuePairs() {
        return lanes.size();
    }

    /** Whether {@link #poll} has something to do now. */
    public boolean hasWork() {
        return first != null || hasRung() || hasMail();
    }

    /** Whether another endpoint left something here. */
    private boolean hasMail() {
        return !misdirected.isEmpty() || !mail.isEmpty();
    }

    /** Whether a lane was rung since the last {@link #poll}. */
    public boolean hasRung() {
        return rung.get() != null;
    }

    /** Whether the link took no more at the last {@link #poll}. */
    public boolean isFull() {
        return full;
    }

    /** When {@link #poll} must be called at the latest, or {@link #NO_DEADLINE}; compare by subtraction. */
    public long nextDeadlineNs() {
        long ofManager = manager == null ? ConnectionManager.NO_DEADLINE : manager.nextDeadlineNs();
        boolean managed = ofManager != ConnectionManager.NO_DEADLINE;
        if (!timed) {
            return managed ? ofManager : NO_DEADLINE;
        }
        return managed && ofManager - earliestNs < 0 ? ofManager : earliestNs;
    }

    // ---- commands

    /** Takes a queue pair in, whose number is of this endpoint's {@link QueuePairNumbers}. */
    public Lane open(QueuePair queuePair) {
        Lane lane = new Lane(this, link, queuePair);
        lanes.add(lane);
        return lane;
    }

    /** Destroys a queue pair; its number stays taken while late packets of its connection may come. */
    public void close(Lane lane) {
        if (!lane.closed) {
            lane.closed = true;
            lane.queuePair().reset();
            destroyed.addDestroyed(lane.queuePair().counters());
            lanes.remove(lane);
            if (lane.budgetOf != null) {
                budgets.giveBack(lane.budgetOf, lane.budgetPackets);
            }
            if (!lane.numberUsed) {
                numbers.giveBack(lane.number());
            }
        }
    }

    /** What the queue pair may have under way at its peer together with others, if that is bounded. */
    Budget budget(Lane lane, RoceAddress peer, int packets) {
        if (packets == 0 || lane.budgetOf != null) {
            return Budget.unlimited();
        }
        lane.budgetOf = peer;
        lane.budgetPackets = packets;
        return budgets.take(peer, packets);
    }

    /** Peers with a budget. */
    int budgets() {
        return budgets.size();
    }

    /** The connection manager, which is this endpoint's, may name this queue pair of any of them to a peer from now on. */
    public void announce(Lane lane) {
        asOwner(
                shards.home(lane.number()),
                now -> {
                    lane.numberUsed = true;
                    return 0;
                },
                0);
    }

    // What the connection manager does with a queue pair, as the owner of its endpoint.

    /** As the owner of one of the endpoints; the caller owns this one, the first. */
    int asOwner(Endpoint home, LongToIntFunction command, long nowNs) {
        return home == this ? command.applyAsInt(nowNs) : shards.owners().run(home.shard, command);
    }

    int numberFree(int number) {
        Lane lane = lanes.find(number);
        if (lane != null) {
            lane.numberUsed = false;
        } else {
            numbers.giveBack(number);
        }
        return 0;
    }

    int connect(int qpn, QueuePairAttributes wanted, long nowNs) {
        Lane lane = lanes.find(qpn);
        if (lane == null) {
            return -Errno.EINVAL;
        }
        PeerWindow window = new PeerWindow(wanted, tuning);
        // The first endpoint's link is asked, as when it told the peer: another's may be recorded, and that one not.
        boolean unsealed = wanted.told().unsealed()
                && shards.first().link.staysHere(wanted.peer().gid());
        lane.peer = new Peer(wanted.peer(), tuning.sourcePort(qpn), Shards.of(wanted.destinationQpn()), unsealed);
        lane.numberUsed = true;
        lane.queuePair()
                .connect(
                        new QpAttributes(
                                wanted.destinationQpn(),
                                wanted.pathMtu(),
                                wanted.sendPsn(),
                                wanted.receivePsn(),
                                QpAttributes.Remote.withResources(wanted.responderResources()),
                                new QpAttributes.Patience(
                                        wanted.ackTimeout(),
                                        wanted.retryCount(),
                                        wanted.rnrRetry(),
                                        tuning.rnrTimer(),
                                        tuning.silenceNs()),
                                window.limits(wanted.initiatorDepth())),
                        budget(lane, wanted.peer(), window.budget),
                        nowNs);
        queue(lane);
        return 0;
    }

    int fail(int qpn) {
        Lane lane = lanes.find(qpn);
        if (lane != null) {
            lane.queuePair().toError();
            queue(lane);
        }
        return 0;
    }

    // ---- inputs

    /**
     * Takes datagrams from the link.
     *
     * @param limit the most datagrams
     * @return how many there were
     */
    public int receive(int limit, long nowNs) {
        return link.receive(this, limit, nowNs);
    }

    @Override
    public void onPacket(
            MemorySegment memory, long offset, int length, long sourceHi, long sourceLo, int sourcePort, long nowNs) {
        counters.add(EndpointCounter.RECEIVED);
        take(memory, offset, length, sourceHi, sourceLo, sourcePort, nowNs);
    }

    /** A packet that this or another endpoint received. */
    private void take(
            MemorySegment memory, long offset, int length, long sourceHi, long sourceLo, int sourcePort, long nowNs) {
        int refusal = packet.wrap(memory, offset, length);
        if (refusal == RocePacket.CONGESTION) {
            onCongestion(memory, offset, length, sourceHi, sourceLo, sourcePort, nowNs);
            return;
        }
        if (refusal != RocePacket.OK) {
            counters.add(EndpointCounter.MALFORMED);
            return;
        }
        if (packet.destQp() == Bth.CM_QPN) {
            if (shard == 0) {
                onManagement(sourceHi, sourceLo, sourcePort, nowNs);
            } else {
                redirect(shards.first(), memory, offset, length, sourceHi, sourceLo, sourcePort);
            }
            return;
        }
        Lane lane = lanes.find(packet.destQp());
        Endpoint home = home(lane, packet.destQp());
        if (home != this) {
            redirect(home, memory, offset, length, sourceHi, sourceLo, sourcePort);
            return;
        }
        Peer peer = lane == null ? null : lane.peer;
        if (lane == null || peer == null) {
            counters.add(EndpointCounter.UNKNOWN_QUEUE_PAIR);
        } else if (!peer.address().isSource(sourceHi, sourceLo, sourcePort)) {
            counters.add(EndpointCounter.FOREIGN);
        } else if (isIntactFrom(peer, sourceHi, sourceLo, sourcePort)) {
            deliver(lane, nowNs);
        }
    }

    /** Where a packet for a number belongs, whose lane here is this one, or there is none. */
    private Endpoint home(@Nullable Lane lane, int number) {
        return lane == null ? shards.home(number) : this;
    }

    /** Whoever sent it, or coalesced it with others, knew nothing of the endpoints here; or there is no filter yet. */
    private void redirect(
            Endpoint home,
            MemorySegment memory,
            long offset,
            int length,
            long sourceHi,
            long sourceLo,
            int sourcePort) {
        boolean fits = home.misdirected.add(memory, offset, length, sourceHi, sourceLo, sourcePort);
        counters.add(fits ? EndpointCounter.MISDIRECTED : EndpointCounter.MISDIRECTED_LOST);
        shards.owners().attend(shard, home.shard);
    }

    /** Counts as every packet does: only from the peer, and intact (spec/rocev2.md 15). */
    private void onCongestion(
            MemorySegment memory, long offset, int length, long sourceHi, long sourceLo, int sourcePort, long nowNs) {
        int number = Bth.destQp(memory, offset);
        Lane lane = lanes.find(number);
        Endpoint home = home(lane, number);
        if (home != this) {
            redirect(home, memory, offset, length, sourceHi, sourceLo, sourcePort);
            return;
        }
        counters.add(EndpointCounter.CONGESTION);
        Peer peer = lane == null ? null : lane.peer;
        if (lane == null || peer == null) {
            counters.add(EndpointCounter.UNKNOWN_QUEUE_PAIR);
            return;
        }
        if (!peer.address().isSource(sourceHi, sourceLo, sourcePort)) {
            counters.add(EndpointCounter.FOREIGN);
        } else if (isIntact(memory, offset, length, sourceHi, sourceLo, sourcePort)) {
            slowDown(lane, nowNs);
        }
    }

    private void slowDown(Lane lane, long nowNs) {
        try {
            lane.queuePair().onCongestion(nowNs);
        } catch (RuntimeException | Error e) {
            fail(lane, e);
        }
    }

    private void deliver(Lane lane, long nowNs) {
        counters.add(EndpointCounter.DELIVERED);
        if (!lane.heard && packet.opcode().isRequest()) {
            lane.heard = true;
            int number = lane.number();
            tell((managing, now) -> managing.onFirstRequest(number, now), nowNs);
        }
        try {
            lane.queuePair().onPacket(packet, nowNs);
        } catch (RuntimeException | Error e) {
            fail(lane, e);
        } finally {
            queue(lane);
        }
    }

    private void onManagement(long sourceHi, long sourceLo, int sourcePort, long nowNs) {
        if (!Gsi.isMad(packet)) {
            counters.add(EndpointCounter.NO_MAD);
        } else if (isIntact(sourceHi, sourceLo, sourcePort)) {
            counters.add(EndpointCounter.MADS);
            connections().carries(link.pathMtu());
            connections()
                    .onMad(
                            packet.segment(),
                            packet.payloadOffset(),
                            packet.payloadLength(),
                            sourceHi,
                            sourceLo,
                            sourcePort,
                            nowNs);
        }
    }

    private void onUnreachable(
            Gid to, int port, int errno, boolean settled, @Nullable ReturnedPacket returned, long nowNs) {
        counters.add(EndpointCounter.UNREACHABLE);
        RoceAddress peer = new RoceAddress(to, port);
        tell(
                (managing, now) -> {
                    managing.onUnreachable(peer, errno, settled, now);
                    if (errno == Errno.ECONNREFUSED && returned != null) {
                        shards.first().refusedEverywhere(peer, returned, settled, now);
                    }
                },
                nowNs);
    }

    /**
     * Of the sockets at an address the kernel tells any one that a packet was refused, not the one that sent it. The packet
     * that came back has to be one that is under way, of whichever queue pair; what it says is then true for all.
     */
    private void refusedEverywhere(RoceAddress by, ReturnedPacket returned, boolean settled, long nowNs) {
        boolean known = false;
        for (int i = 0; i < shards.count() && !known; i++) {
            Endpoint home = shards.home(i);
            known = asOwner(home, now -> home.isUnderWay(by, returned) ? 1 : 0, nowNs) == 1;
        }
        for (int i = 0; i < shards.count() && known; i++) {
            Endpoint home = shards.home(i);
            asOwner(home, now -> home.refused(by, settled, now), nowNs);
        }
    }

    private boolean isUnderWay(RoceAddress to, ReturnedPacket packet) {
        for (int i = 0; i < lanes.capacity(); i++) {
            Lane lane = lanes.at(i);
            if (lane != null && isWith(lane, to) && lane.queuePair().isUnderWay(packet)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWith(Lane lane, RoceAddress address) {
        Peer peer = lane.peer;
        return peer != null && peer.address().equals(address);
    }

    private int refused(RoceAddress by, boolean settled, long nowNs) {
        for (int i = 0; i < lanes.capacity(); i++) {
            Lane lane = lanes.at(i);
            if (lane != null && isWith(lane, by)) {
                refused(lane, settled, nowNs);
            }
        }
        return 0;
    }

    private void refused(Lane lane, boolean settled, long nowNs) {
        try {
            lane.queuePair().onRefused(settled, nowNs);
        } catch (RuntimeException | Error e) {
            fail(lane, e);
        } finally {
            queue(lane);
        }
    }

    /** Tells the connection manager, at once if it is here. */
    private void tell(ManagerMail.Message message, long nowNs) {
        if (manager != null) {
            message.deliver(manager, nowNs);
        } else if (shards.first().mail.leave(message)) {
            shards.owners().attend(shard, 0);
        }
    }

    private void takeMail(long nowNs) {
        misdirected.deliver(this::take, nowNs);
        for (ManagerMail.Message next = mail.take(); next != null; next = mail.take()) {
            next.deliver(connections(), nowNs);
        }
    }

    private boolean isIntactFrom(Peer peer, long sourceHi, long sourceLo, int sourcePort) {
        if (peer.isUnsealed()) {
            counters.add(EndpointCounter.UNSEALED);
            return true;
        }
        return isIntact(sourceHi, sourceLo, sourcePort);
    }

    private boolean isIntact(long sourceHi, long sourceLo, int sourcePort) {
        return isIntact(packet.segment(), packet.offset(), packet.length(), sourceHi, sourceLo, sourcePort);
    }

    private boolean isIntact(
            MemorySegment memory, long offset, int length, long sourceHi, long sourceLo, int sourcePort) {
        int identification = icrc.verify(memory, offset, length, sourceHi, sourceLo, link.local(), sourcePort, port);
        if (identification == Icrc.BAD) {
            counters.add(EndpointCounter.BAD_ICRC);
            return false;
        }
        return true;
    }

    // ---- outputs

    /**
     * Lets the connection manager and the queue pairs do what is due, each in its turn, and hands what they wrote to the
     * network.
     *
     * @param limit the most packets of queue pairs
     * @return packets written
     */
    public int poll(int limit, long nowNs) {
        return poll(limit, true, nowNs);
    }

    /**
     * As {@link #poll(int, long)}.
     *
     * @param acknowledges whether an ACK leaves where nothing else does; if not, a call that says so must follow soon
     */
    public int poll(int limit, boolean acknowledges, long nowNs) {
        full = false;
        int written;
        try {
            written = rounds(limit, acknowledges, nowNs);
        } finally {
            // Also when a turn throws: what packets borrow, they borrow until here.
            if (link.flush() != 0) {
                full = true;
            }
        }
        link.reportFailures(failures, nowNs);
        return written;
    }

    private int rounds(int limit, boolean acknowledges, long nowNs) {
        if (hasMail()) {
            takeMail(nowNs);
        }
        queueRung();
        queueDue(nowNs);
        if (manager != null) {
            manager.poll(TIMERS_AT_ONCE, nowNs);
        }
        int written = 0;
        int before = -1;
        while (first != null && !full && written < limit && written != before) {
            before = written;
            written += round(limit - written, acknowledges, nowNs);
        }
        return written;
    }

    /**
     * A turn for each lane that has something to do now, and only then acknowledgements: a packet shorter than those before it
     * ends what one call can send (spec/rocev2.md 16.2), so that each lane would need a call.
     */
    private int round(int limit, boolean acknowledges, long nowNs) {
        int written = 0;
        Lane end = last;
        Lane lane = null;
        try {
            while (lane != end && first != null && !full && written < limit) {
                lane = first;
                unqueueFirst();
                written += turn(lane, Math.min(tuning.turn(), limit - written), nowNs);
            }
        } finally {
            written += acknowledge(acknowledges, written > 0);
        }
        return written;
    }

    /**
     * Where the link takes no more, they are owed until it does.
     *
     * @param hadCompany whether something else leaves in this round. Only one ACK shares a call with it, the shortest packet
     *     and so the last: the ACKs of several other lanes then share a call of their own. If they waited as one does, they
     *     would wait for as many rounds as there are of them
     */
    private int acknowledge(boolean acknowledges, boolean hadCompany) {
        int written = 0;
        try {
            for (Lane lane = takeOwing(); lane != null; lane = takeOwing()) {
                written += acknowledge(lane, acknowledges || (hadCompany && owing != null));
            }
        } finally {
            for (Lane lane = takeOwing(); lane != null; lane = takeOwing()) { // who heard of a fault has thrown
                queue(lane);
            }
        }
        return written;
    }

    private int acknowledge(Lane lane, boolean acknowledges) {
        QueuePair queuePair = lane.queuePair();
        int written;
        try {
            written = full ? 0 : queuePair.acknowledge(lane, acknowledges);
        } catch (RuntimeException | Error e) {
            fail(lane, e);
            return 0;
        }
        if (queuePair.hasWork()) {
            queue(lane);
        }
        return written;
    }

    private void owe(Lane lane) {
        if (!lane.owes) {
            lane.owes = true;
            Lane before = lastOwing;
            if (before == null) {
                owing = lane;
            } else {
                before.nextOwing = lane;
            }
            lastOwing = lane;
        }
    }

    private @Nullable Lane takeOwing() {
        Lane lane = owing;
        if (lane != null) {
            owing = lane.nextOwing;
            if (owing == null) {
                lastOwing = null;
            }
            lane.nextOwing = null;
            lane.owes = false;
        }
        return lane;
    }

    /**
     * Nobody knows how far it came: what it was about to do is told to have failed. Whoever drives has queue pairs of others
     * to go on with. It has its next turn for what could not be told, unless it has thrown again and again without telling
     * anything: then it would for ever.
     */
    private void fail(Lane lane, Throwable thrown) {
        QueuePair queuePair = lane.queuePair();
        try {
            queuePair.toError();
        } catch (RuntimeException | Error again) {
            if (again != thrown) {
                thrown.addSuppressed(again);
            }
        }
        long completed = queuePair.completed();
        if (completed > lane.completedAtFault) {
            lane.completedAtFault = completed;
            queue(lane);
        }
        consumer.onFault(lane.number(), thrown);
    }

    private int turn(Lane lane, int limit, long nowNs) {
        QueuePair queuePair = lane.queuePair();
        int written;
        try {
            written = queuePair.transmit(lane, limit, nowNs);
        } catch (RuntimeException | Error e) {
            fail(lane, e);
            return 0;
        }
        if (queuePair.owesAcks()) {
            owe(lane);
        } else if (queuePair.hasWork()) {
            queue(lane);
        }
        long deadline = queuePair.nextDeadlineNs();
        if (deadline != QueuePair.NO_DEADLINE) {
            wakeAt(deadline);
        }
        return written;
    }

    private void wakeAt(long deadlineNs) {
        if (!timed || deadlineNs - earliestNs < 0) {
            timed = true;
            earliestNs = deadlineNs;
        }
    }

    private void queueRung() {
        Lane newest = rung.get() == null ? null : rung.getAndSet(null);
        Lane lane = null; // the oldest, once the stack is turned round
        while (newest != null) {
            Lane older = newest.nextRung;
            newest.nextRung = lane;
            lane = newest;
            newest = older;
        }
        while (lane != null) {
            Lane next = lane.nextRung;
            lane.nextRung = null;
            lane.answered();
            queue(lane);
            lane = next;
        }
    }

    private void queueDue(long nowNs) {
        if (!timed || earliestNs - nowNs > 0) {
            return;
        }
        timed = false;
        for (int i = 0; i < lanes.capacity(); i++) {
            Lane lane = lanes.at(i);
            long deadline =
                    lane == null ? QueuePair.NO_DEADLINE : lane.queuePair().nextDeadlineNs();
            if (lane == null || deadline == QueuePair.NO_DEADLINE) {
                continue;
            }
            if (deadline - nowNs <= 0) {
                queue(lane);
            } else {
                wakeAt(deadline);
            }
        }
    }

    /** The lane has, or may have, something to do. */
    void queue(Lane lane) {
        if (lane.queued || lane.closed) {
            return;
        }
        lane.queued = true;
        if (last == null) {
            first = lane;
        } else {
            last.nextQueued = lane;
        }
        last = lane;
    }

    private void unqueueFirst() {
        Lane lane = first;
        if (lane != null) {
            first = lane.nextQueued;
            if (first == null) {
                last = null;
            }
            lane.nextQueued = null;
            lane.queued = false;
        }
    }

    /** Called by any thread, once until the lane was looked at. */
    void rung(Lane lane) {
        Lane head;
        do {
            head = rung.get();
            lane.nextRung = head;
        } while (!rung.compareAndSet(head, lane));
    }

    /** Room on the link, made by sending what is there if need be. */
    long reserve(Peer to, int length) {
        long at = link.reserve(to, length);
        if (at != Link.NO_ROOM) {
            return at;
        }
        link.flush();
        at = link.reserve(to, length);
        if (at == Link.NO_ROOM) {
            full = true;
        }
        return at;
    }
}
