package io.rtrs.soft.roce.rc;

import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.soft.queue.QueueCapacity;
import io.rtrs.soft.roce.rc.QpAttributes.Limits;
import io.rtrs.soft.roce.rc.QpAttributes.Patience;
import io.rtrs.soft.roce.rc.QpAttributes.Remote;
import io.rtrs.soft.roce.wire.RocePacket;
import io.rtrs.verbs.WrOpcode;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Function;

/**
 * Two connected queue pairs, a network between them and a clock that jumps.
 *
 * <p>The network is perfect and takes 10 µs, until a {@link Network} says what becomes of a packet.
 */
final class Connection {
    static final int SIGNALED = IbvSendWR.IBV_SEND_SIGNALED;
    static final int A_PSN = 0xfffffa;
    static final int B_PSN = 0x700;
    static final long DELAY_NS = 10_000;

    /** What becomes of a packet. */
    interface Network {
        /** Hands copies of the packet on, each with its delay; or none. */
        void carry(boolean fromA, byte[] packet, Delivery delivery);

        /** Whether an end takes what arrives, or its checksum is wrong. */
        default boolean accepts(boolean fromA, byte[] packet) {
            return true;
        }
    }

    /** Takes a packet that arrives after a time. */
    interface Delivery {
        void after(long delayNs, byte[] packet);
    }

    private static final class Arrival {
        final long atNs;
        final long order;
        final boolean toA;
        final byte[] packet;

        Arrival(long atNs, long order, boolean toA, byte[] packet) {
            this.atNs = atNs;
            this.order = order;
            this.toA = toA;
            this.packet = packet;
        }
    }

    /** How a connection is made. */
    static final class Setup {
        Function<Boolean, MemorySegment> memory = isA -> Arena.ofAuto().allocate(1 << 16, 8);
        boolean tracing = true;
        int mtu = 256;
        int aPsn = A_PSN;
        int bPsn = B_PSN;
        int depth = 4;
        int window = Limits.DEFAULT_WINDOW;
        Remote remote = Remote.withResources(4);
        Patience patience = new Patience(14, 7, 7, 12);

        @Nullable
        Limits limits;

        Budget budget = Budget.unlimited();
        QueueCapacity capacity = new QueueCapacity(End.DEPTH, 4, End.DEPTH, 4, 256, false);

        Connection connect() throws IOException {
            return new Connection(this);
        }
    }

    final End a;
    final End b;
    final List<String> trace = new ArrayList<>();
    Network network = (fromA, packet, delivery) -> delivery.after(DELAY_NS, packet);
    long nowNs = 1_000_000;
    private final boolean tracing;
    private long order;
    private final PriorityQueue<Arrival> flying = new PriorityQueue<>((x, y) -> {
        int byTime = Long.compare(x.atNs, y.atNs);
        return byTime != 0 ? byTime : Long.compare(x.order, y.order);
    });
    private final RocePacket view = new RocePacket();

    Connection(Setup s) throws IOException {
        tracing = s.tracing;
        a = new End(0x15, s.memory.apply(true), s.capacity);
        b = new End(0x13, s.memory.apply(false), s.capacity);
        Limits limits = s.limits == null ? new Limits(s.depth, s.window) : s.limits;
        a.qp.connect(new QpAttributes(0x13, s.mtu, s.aPsn, s.bPsn, s.remote, s.patience, limits), s.budget, nowNs);
        b.qp.connect(new QpAttributes(0x15, s.mtu, s.bPsn, s.aPsn, s.remote, s.patience, limits), nowNs);
        a.wire = packet -> leave(true, packet);
        b.wire = packet -> leave(false, packet);
    }

    private void leave(boolean fromA, byte[] packet) {
        if (tracing) {
            trace.add((fromA ? "A " : "B ") + Packets.line(packet));
        }
        network.carry(fromA, packet, (delayNs, copy) -> {
            flying.add(new Arrival(nowNs + delayNs, order++, !fromA, copy));
        });
    }

    /** Goes on until nothing more happens, or the time is over. */
    void run(long forNs) {
        long endNs = nowNs + forNs;
        while (true) {
            drain();
            long next = Long.MAX_VALUE;
            Arrival arrival = flying.peek();
            if (arrival != null) {
                next = arrival.atNs;
            }
            next = Math.min(next, Math.min(a.qp.nextDeadlineNs(), b.qp.nextDeadlineNs()));
            if (next > endNs) {
                if (next != Long.MAX_VALUE) {
                    nowNs = endNs;
                }
                return;
            }
            nowNs = Math.max(nowNs, next);
            arrive();
        }
    }

    /** Until nothing more happens. */
    void run() {
        run(1_000_000_000_000L);
    }

    private void drain() {
        a.drain(nowNs);
        b.drain(nowNs);
    }

    private void arrive() {
        Arrival arrival = flying.peek();
        while (arrival != null && arrival.atNs <= nowNs) {
            flying.remove();
            if (network.accepts(!arrival.toA, arrival.packet)) {
                deliver(arrival.toA ? a : b, arrival.packet);
            }
            arrival = flying.peek();
        }
    }

    /** A packet arrives now. */
    void deliver(End end, byte[] packet) {
        if (view.wrap(MemorySegment.ofArray(packet), 0, packet.length) == RocePacket.OK
                && view.destQp() == end.qp.number()) {
            end.qp.onPacket(view, nowNs);
        }
    }

    /** What A's next work requests do with B's memory. */
    End aAtB(long offset) {
        return a.remote(b.address(offset), b.region.fixedKey);
    }

    /** A writes to B's memory at the same offset. */
    void write(long id, long offset, int length) {
        aAtB(offset).post(WrOpcode.RDMA_WRITE, SIGNALED, id, offset, length);
    }
}
