package io.rtrs.soft.roce.link;

import io.rtrs.soft.roce.wire.Gid;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A network in memory with a clock of its own, which moves only when it is told to. Packets take a fixed latency, and
 * meet faults that a seed decides, or that a test scripts packet by packet.
 *
 * <p>A test's loop: let every owner receive, work and flush at {@link #nowNs()}; if nothing happened, {@link #advanceTo}
 * the earlier of {@link #nextArrivalNs()} and the owners' deadlines.
 *
 * <p><b>Threading</b>: one thread for the network and all its links. <b>Allocation</b>: only while the number of packets
 * in flight grows.
 */
public final class SimulatedNetwork {
    /** A scripted fault: decides about each packet before the dice do. */
    @FunctionalInterface
    public interface Filter {
        /** Whether the packet, BTH to ICRC, goes on. It may be changed in place: so it arrives. */
        boolean passes(Gid source, Gid destination, MemorySegment memory, long offset, int length);
    }

    /** Ethernet, IPv4, UDP and what else a wire needs. */
    private static final int LOWER_HEADERS = 66;

    /** The last link to a receiver: it takes its time, and keeps packets waiting while it is busy. */
    private static final class Bottleneck {
        final long bytesPerSecond;
        final int queueBytes;

        /** When the last packet that it took is through. */
        long freeNs;

        Bottleneck(long bytesPerSecond, int queueBytes, long nowNs) {
            this.bytesPerSecond = bytesPerSecond;
            this.queueBytes = queueBytes;
            this.freeNs = nowNs;
        }

        /** Whether the queue takes a packet. */
        boolean takes(int length, long nowNs) {
            if (freeNs - nowNs < 0) {
                freeNs = nowNs;
            }
            long waiting = (long) ((freeNs - nowNs) / 1e9 * bytesPerSecond);
            if (waiting + length > queueBytes) {
                return false;
            }
            freeNs += (long) (length * 1e9 / bytesPerSecond);
            return true;
        }
    }

    private final Map<Gid, SimulatedLink> links = new HashMap<>();

    /** The same links, to go through them without an iterator. */
    private final List<SimulatedLink> attached = new ArrayList<>();

    private final FaultRates rates;
    private final FaultDice dice;
    private final long latencyNs;
    private final long originNs;
    private final Map<Gid, Bottleneck> bottlenecks = new HashMap<>();
    private Filter filter = (source, destination, memory, offset, length) -> true;
    private boolean healed;
    private long nowNs;
    private long sent;
    private long delivered;
    private long lost;

    /**
     * An empty network.
     *
     * @param rates of every packet
     * @param latencyNs from flush to receive
     * @param seed of the faults
     * @param startNs the clock's first reading, of any sign
     */
    public SimulatedNetwork(FaultRates rates, long latencyNs, long seed, long startNs) {
        if (latencyNs < 0) {
            throw new IllegalArgumentException("latencyNs " + latencyNs);
        }
        this.rates = rates;
        this.dice = new FaultDice(rates, seed);
        this.latencyNs = latencyNs;
        this.originNs = startNs;
        this.nowNs = startNs;
    }

    /** A perfect network with a latency of 10 µs, whose clock starts at 0. */
    public static SimulatedNetwork perfect() {
        return new SimulatedNetwork(FaultRates.NONE, 10_000, 0, 0);
    }

    /** A new link; an address has at most one. */
    public SimulatedLink attach(Gid local, int pathMtu) {
        SimulatedLink link = new SimulatedLink(this, local, pathMtu);
        if (links.putIfAbsent(local, link) != null) {
            throw new IllegalStateException(local + " is attached");
        }
        attached.add(link);
        return link;
    }

    /** Scripts faults from now on, in place of an earlier script. */
    public void filter(Filter script) {
        filter = script;
    }

    /**
     * All packets to an address go through one link, which carries so many bytes a second and lets so many wait; what finds
     * its queue full is lost. BTH to ICRC count, and 66 bytes of lower headers.
     */
    public void bottleneck(Gid to, long bytesPerSecond, int queueBytes) {
        bottlenecks.put(to, new Bottleneck(bytesPerSecond, queueBytes, nowNs));
    }

    /** From now on the dice are quiet; what is in flight stays as it is. */
    public void heal() {
        healed = true;
    }

    /** The clock. */
    public long nowNs() {
        return nowNs;
    }

    /** Moves the clock, never backwards. */
    public void advanceTo(long timeNs) {
        if (timeNs - nowNs < 0) {
            throw new IllegalArgumentException("the clock is " + (nowNs - timeNs) + " ns further");
        }
        nowNs = timeNs;
    }

    /** Whether no packet is in flight or waits to be received. */
    public boolean isIdle() {
        for (int i = 0; i < attached.size(); i++) {
            if (!attached.get(i).arrivals.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** When the next packet can be received, perhaps in the past. */
    public long nextArrivalNs() {
        long earliest = Long.MAX_VALUE;
        for (int i = 0; i < attached.size(); i++) {
            HeldPackets arrivals = attached.get(i).arrivals;
            if (!arrivals.isEmpty()) {
                earliest = Math.min(earliest, arrivals.firstDueNs() - originNs);
            }
        }
        if (earliest == Long.MAX_VALUE) {
            throw new IllegalStateException("no packet is in flight");
        }
        return originNs + earliest;
    }

    /** Packets flushed to the network. */
    public long sent() {
        return sent;
    }

    /** Packets handed to a receiver, the second of a doubled one included. */
    public long delivered() {
        return delivered;
    }

    /** Packets lost by script, dice, full queue or for want of a receiver. */
    public long lost() {
        return lost;
    }

    void send(SimulatedLink from, Peer to, MemorySegment memory, long offset, int length) {
        sent++;
        SimulatedLink target = links.get(to.gid());
        boolean passes = filter.passes(from.local(), to.gid(), memory, offset, length);
        if (!passes || target == null || (!healed && dice.loses())) {
            lost++;
            return;
        }
        int copies = !healed && dice.duplicates() ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            deliver(from, to, target, memory, offset, length);
        }
    }

    private void deliver(
            SimulatedLink from, Peer to, SimulatedLink target, MemorySegment memory, long offset, int length) {
        long dueNs = nowNs + latencyNs;
        Bottleneck bottleneck = bottlenecks.get(to.gid());
        if (bottleneck != null) {
            if (!bottleneck.takes(length + LOWER_HEADERS, nowNs)) {
                lost++;
                return;
            }
            dueNs = bottleneck.freeNs + latencyNs;
        }
        if (!healed) {
            dueNs += dice.delayNs() + (dice.reorders() ? 1 + latencyNs / 2 : 0);
            if (dice.corrupts()) {
                dice.flipOneBit(memory, offset, length);
            }
        }
        Gid source = from.local();
        if (target.arrivals.add(memory, offset, length, source.hi(), source.lo(), to.sourcePort(), dueNs)) {
            return;
        }
        lost++;
    }

    void delivered(int count) {
        delivered += count;
    }

    void detach(SimulatedLink link) {
        links.remove(link.local(), link);
        attached.remove(link);
    }

    @Override
    public String toString() {
        return "network at " + (nowNs - originNs) + " ns: " + sent + " sent, " + delivered + " delivered, " + lost
                + " lost; " + rates;
    }
}
