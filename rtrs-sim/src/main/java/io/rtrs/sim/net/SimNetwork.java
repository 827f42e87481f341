package io.rtrs.sim.net;

import io.rtrs.sim.world.Chance;
import io.rtrs.sim.world.World;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.PacketText;
import io.rtrs.soft.roce.wire.Reth;
import io.rtrs.soft.roce.wire.RoceOpcode;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Networks in memory: on each, each host has one address. Every way from one address to another can be cut, by itself, and has
 * its own latency; and weather is the same everywhere.
 *
 * <p><b>Threading:</b> the world's thread.
 */
public final class SimNetwork {
    /** A script about single packets; asked before chance. */
    @FunctionalInterface
    public interface Script {
        /** The packet passes. */
        long PASS = 0;

        /** The packet is lost. */
        long LOSE = -1;

        /** {@link #LOSE}, or by how many nanoseconds the packet is late. */
        long decide(Packet packet);
    }

    /** Who reads keys of remote memory off the wire. */
    @FunctionalInterface
    public interface KeyListener {
        /** A WRITE came by. */
        void onKey(long address, int rkey, long length);
    }

    /** Who reads the data of WRITEs off the wire. */
    @FunctionalInterface
    public interface DataListener {
        /** A packet of a WRITE left, for the first time or once more; its data is in memory from offset on. */
        void onData(int from, MemorySegment memory, long offset, int length);
    }

    /** A packet under way, for scripts. */
    public record Packet(int from, int to, int opcode, int destQp, int psn, int length) {
        /** Whether it is of connection management. */
        public boolean isManagement() {
            return destQp == Bth.CM_QPN;
        }
    }

    private static final long LATENCY_NS = 10_000;

    private final World world;
    private final Chance chance;
    private final boolean sealed;
    private final Map<Gid, Integer> indexes = new HashMap<>();
    private @Nullable SimLink[] links = new SimLink[8];
    private boolean[][] cut = new boolean[8][8];
    private long[][] latency = new long[8][8];
    private long[][] stalledUntil = new long[8][8];

    /** When the last of the packets that have left arrives, by way. */
    private long[][] lastArrival = new long[8][8];

    private final Map<NetFault, Long> faults = new EnumMap<>(NetFault.class);
    private Weather weather = Weather.FINE;
    private KeyListener keys = (address, rkey, length) -> {};
    private DataListener data = (from, memory, offset, length) -> {};
    private Script script = packet -> Script.PASS;
    private boolean scripted;
    private int count;
    private long sent;
    private long delivered;

    /**
     * A network without addresses.
     *
     * @param sealed whether packets have an ICRC, as between machines
     */
    public SimNetwork(World world, Chance chance, boolean sealed) {
        this.world = world;
        this.chance = chance;
        this.sealed = sealed;
    }

    boolean isSealed() {
        return sealed;
    }

    World world() {
        return world;
    }

    /** An address that nobody has yet: of a host on a network, each from 1. */
    public InetAddress address(int network, int host) {
        try {
            InetAddress made = InetAddress.getByAddress(new byte[] {10, 0, (byte) network, (byte) host});
            Gid gid = Gid.of(made);
            if (!indexes.containsKey(gid)) {
                indexes.put(gid, count++);
                grow();
            }
            return made;
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }

    private void grow() {
        if (count <= links.length) {
            return;
        }
        int more = 2 * links.length;
        links = Arrays.copyOf(links, more);
        boolean[][] cutMore = new boolean[more][more];
        long[][] latencyMore = new long[more][more];
        for (int i = 0; i < cut.length; i++) {
            System.arraycopy(cut[i], 0, cutMore[i], 0, cut.length);
            System.arraycopy(latency[i], 0, latencyMore[i], 0, cut.length);
        }
        cut = cutMore;
        latency = latencyMore;
        stalledUntil = new long[more][more];
        lastArrival = new long[more][more];
    }

    /** The index of an address, as scripts see it. */
    public int indexOf(InetAddress address) {
        return indexOf(Gid.of(address));
    }

    private int indexOf(Gid gid) {
        Integer index = indexes.get(gid);
        return index == null ? -1 : index;
    }

    // ---- what befalls packets

    /** From now on. */
    public void weather(Weather now) {
        weather = now;
    }

    /** From now on, in place of an earlier script. */
    public void script(Script now) {
        script = now;
        scripted = true;
    }

    /** Who reads keys from now on. */
    public void listen(KeyListener listener) {
        keys = listener;
    }

    /** Who reads data from now on. */
    public void listen(DataListener listener) {
        data = listener;
    }

    /**
     * Packets that leave on the way from one address to another before that time are kept, and go on then: late, and in their
     * order.
     */
    public void stall(InetAddress from, InetAddress to, long untilNs) {
        stalledUntil[indexOf(from)][indexOf(to)] = untilNs;
    }

    /** Cuts the way from one address to another, or mends it; the way back is another one. */
    public void cut(InetAddress from, InetAddress to, boolean isCut) {
        cut[indexOf(from)][indexOf(to)] = isCut;
    }

    /** Mends all ways; the weather is fine. */
    public void heal() {
        for (boolean[] ways : cut) {
            Arrays.fill(ways, false);
        }
        for (long[] ways : stalledUntil) {
            Arrays.fill(ways, 0);
        }
        weather = Weather.FINE;
        script = packet -> Script.PASS;
        scripted = false;
    }

    /** How long packets take from one address to another. */
    public void latency(InetAddress from, InetAddress to, long ns) {
        latency[indexOf(from)][indexOf(to)] = ns;
    }

    /** Packets that were sent. */
    public long sent() {
        return sent;
    }

    /** Packets that were taken by a receiver. */
    public long delivered() {
        return delivered;
    }

    /** What was done to packets so far. */
    public Map<NetFault, Long> faults() {
        return new EnumMap<>(faults);
    }

    private void count(NetFault fault) {
        faults.merge(fault, 1L, Long::sum);
    }

    // ---- links

    /** Whether somebody has the address's port. */
    boolean isTaken(Gid gid) {
        return links[indexOf(gid)] != null;
    }

    SimLink attach(Gid gid, int pathMtu) {
        SimLink made = new SimLink(this, gid, indexOf(gid), pathMtu);
        links[made.index()] = made;
        return made;
    }

    /** A link of a process that is gone: it is in nobody's way. */
    SimLink orphan(Gid gid, int pathMtu) {
        SimLink made = new SimLink(this, gid, indexOf(gid), pathMtu);
        made.kill();
        return made;
    }

    void detach(SimLink link) {
        if (links[link.index()] == link) {
            links[link.index()] = null;
        }
    }

    void onDelivered(int packets) {
        delivered += packets;
    }

    /** A packet leaves. */
    void send(SimLink from, Peer peer, MemorySegment memory, long offset, int length) {
        sent++;
        int to = indexOf(peer.gid());
        SimLink target = to < 0 ? null : links[to];
        int opcode = Bth.opcode(memory, offset);
        int destQp = Bth.destQp(memory, offset);
        int psn = Bth.psn(memory, offset);
        if (RoceOpcode.WRITE_FIRST.code() == opcode
                || RoceOpcode.WRITE_ONLY.code() == opcode
                || RoceOpcode.WRITE_ONLY_IMM.code() == opcode) {
            long reth = offset + Bth.SIZE;
            keys.onKey(Reth.address(memory, reth), Reth.rkey(memory, reth), Reth.length(memory, reth));
        }
        readData(from, opcode, memory, offset, length);
        long decision = fate(from, to, target, opcode, destQp, psn, length);
        world.trace()
                .note(3, world.nowNs(), ((long) opcode << 56) | ((long) destQp << 24) | psn, decision * 31 + length);
        if (world.trace().isRead()) {
            String name = PacketText.of(memory, offset, length);
            world.trace()
                    .line(
                            world.nowNs(),
                            "    " + from.index() + " > " + to + "  " + name + (decision < 0 ? "  LOST" : ""));
        }
        if (decision < 0 || target == null) {
            return;
        }
        byte[] bytes = memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
        if (sealed && chance.hits(weather.corrupt())) {
            count(NetFault.CORRUPTED);
            bytes[chance.nextInt(length)] ^= (byte) (1 << chance.nextInt(Byte.SIZE));
        }
        noteOrder(from.index(), to, world.nowNs() + decision);
        target.arrive(bytes, from.local(), peer.sourcePort(), world.nowNs() + decision);
        if (chance.hits(weather.duplicate())) {
            count(NetFault.DUPLICATED);
            target.arrive(
                    bytes,
                    from.local(),
                    peer.sourcePort(),
                    world.nowNs() + decision + chance.spread(1, Math.max(2, weather.lateMaxNs())));
        }
    }

    private void noteOrder(int from, int to, long arrivalNs) {
        if (arrivalNs < lastArrival[from][to]) {
            count(NetFault.OVERTAKES);
        } else {
            lastArrival[from][to] = arrivalNs;
        }
    }

    private void readData(SimLink from, int code, MemorySegment memory, long offset, int length) {
        RoceOpcode opcode = RoceOpcode.of(code);
        if (opcode != null && opcode.operation() == RoceOpcode.Operation.WRITE && !from.isDead()) {
            int around = opcode.headerLength() + Bth.padCount(memory, offset) + RoceOpcode.ICRC_SIZE;
            data.onData(from.index(), memory, offset + opcode.headerLength(), length - around);
        }
    }

    /** How long it takes, or negative if it is lost. */
    private long fate(SimLink from, int to, @Nullable SimLink target, int opcode, int destQp, int psn, int length) {
        if (target == null || from.isDead()) {
            count(NetFault.NOBODY);
            return -1;
        }
        long late = 0;
        if (scripted) {
            late = script.decide(new Packet(from.index(), to, opcode, destQp, psn, length));
            if (late < 0) {
                count(NetFault.SCRIPTED);
                return -1;
            }
        }
        if (cut[from.index()][to]) {
            count(NetFault.CUT);
            return -1;
        }
        if (chance.hits(weather.loss())) {
            count(NetFault.LOST);
            return -1;
        }
        if (chance.hits(weather.late())) {
            count(NetFault.DELAYED);
            late += chance.spread(1, Math.max(2, weather.lateMaxNs()));
        }
        long stalled = stalledUntil[from.index()][to] - world.nowNs();
        if (stalled > 0) {
            count(NetFault.STALLED);
            late += stalled;
        }
        long usual = latency[from.index()][to];
        return late + (usual == 0 ? LATENCY_NS : usual);
    }
}
