package io.rtrs.soft.roce.rc;

import io.rtrs.soft.roce.wire.Aeth;
import io.rtrs.soft.roce.wire.AtomicEth;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Reth;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.roce.wire.RocePacket;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Plays bytes as packets, well-formed ones and any others, to a queue pair that also has requests outstanding. It must not
 * throw, touch memory outside its region, report more than was posted, or speak after the end.
 *
 * <p>The first byte chooses the path MTU; then come records: a packet's description, or {@link #RAW} and a packet as it is,
 * whose address counts from the region's start and whose key 0 means the region's; then the time until the next.
 */
final class ResponderFuzz {
    static final int QPN = 0x13;

    /** Begins a record that holds a packet: two bytes of length, and the packet. */
    static final int RAW = 255;

    private static final int GUARD = 8192;
    private static final int REGION = 16384;
    private static final int LONGEST = 4200;
    private static final int MTUS = 5;
    private static final byte FILL = 0x5a;
    private static final MemorySegment UNTOUCHED =
            MemorySegment.ofArray(new byte[GUARD]).fill(FILL);
    private static final RoceOpcode[] OPCODES = RoceOpcode.values();

    private final byte[] data;
    private final RocePacket view = new RocePacket();
    private int at;

    private ResponderFuzz(byte[] data) {
        this.data = data;
    }

    /** Plays an input. */
    static void play(byte[] data) throws IOException {
        new ResponderFuzz(data).run();
    }

    private int next() {
        return at < data.length ? data[at++] & 0xff : 0;
    }

    private int next16() {
        return (next() << 8) | next();
    }

    private void run() throws IOException {
        Connection.Setup setup = new Connection.Setup();
        setup.tracing = false;
        setup.mtu = 256 << next() % MTUS;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment all = arena.allocate(2 * GUARD + REGION, 8);
            all.fill(FILL);
            setup.memory = isA -> isA ? arena.allocate(REGION, 8) : all.asSlice(GUARD, REGION);
            Connection c = setup.connect();
            c.network = (fromA, packet, delivery) -> {};
            play(c, c.b);
            check(all, c.b);
        }
    }

    private void play(Connection c, End b) {
        b.receive(1, 0, 600);
        b.receive(2, 1024, 64);
        b.remote(c.a.address(0), c.a.region.fixedKey).post(0, 0, 1, 0, 700);
        b.post(4, 0, 2, 2048, 1000);
        b.post(2, 0, 3, 0, 10);
        b.drain(c.nowNs);
        while (at < data.length) {
            boolean over = b.qp.state() == QueuePair.State.ERROR;
            c.deliver(b, packet(b));
            long sent = b.qp.counters().packetsSent;
            b.drain(c.nowNs);
            if (over && b.qp.counters().packetsSent != sent) {
                throw new AssertionError("it speaks after its end");
            }
            c.nowNs += next() << 12;
        }
    }

    private static void check(MemorySegment all, End b) {
        boolean untouched = all.asSlice(0, GUARD).mismatch(UNTOUCHED) < 0
                && all.asSlice(GUARD + REGION, GUARD).mismatch(UNTOUCHED) < 0;
        if (!untouched) {
            throw new AssertionError("memory outside the region was written");
        }
        if (b.receives.size() > 2 || b.sends.size() > 3) {
            throw new AssertionError("more completions than work requests");
        }
        if (b.qp.state() == QueuePair.State.ERROR && b.receives.size() < 2) {
            throw new AssertionError("a receive was not flushed");
        }
    }

    private byte[] packet(End b) {
        int choice = next();
        return choice == RAW ? raw(b) : described(b, OPCODES[choice % OPCODES.length]);
    }

    private byte[] raw(End b) {
        byte[] bytes = new byte[next16() % LONGEST];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) next();
        }
        MemorySegment segment = MemorySegment.ofArray(bytes);
        if (view.wrap(segment, 0, bytes.length) != RocePacket.OK) {
            return bytes;
        }
        RoceOpcode code = view.opcode();
        if (code.rethOffset() != RoceOpcode.ABSENT) {
            int key = view.rkey() == 0 ? b.region.fixedKey : view.rkey();
            Reth.put(segment, code.rethOffset(), b.address(view.remoteAddress()), key, (int) view.dmaLength());
        } else if (code.atomicOffset() != RoceOpcode.ABSENT) {
            int key = view.rkey() == 0 ? b.region.fixedKey : view.rkey();
            AtomicEth.put(segment, Bth.SIZE, b.address(view.remoteAddress()), key, view.swapOrAdd(), view.compare());
        }
        return bytes;
    }

    private byte[] described(End b, RoceOpcode code) {
        int payload = (next() & 1) == 0 ? 256 : next16() % 300;
        int psn = (code.isRequest() ? Connection.A_PSN : Connection.B_PSN) + (next() & 31) - 8;
        byte[] bytes = Packets.packet(code, QPN, psn, payload, psn);
        MemorySegment segment = MemorySegment.ofArray(bytes);
        long address = b.address(0) + (short) next16() % (REGION + 64);
        int key = (next() & 7) == 0 ? next16() : b.region.fixedKey;
        if (code.rethOffset() != RoceOpcode.ABSENT) {
            Reth.put(segment, code.rethOffset(), address, key, (next() & 3) == 0 ? next16() << 16 : next16() % 2000);
        }
        if (code.atomicOffset() != RoceOpcode.ABSENT) {
            AtomicEth.put(segment, Bth.SIZE, address & (next() - 128), key, next(), next());
        }
        if (code.aethOffset() != RoceOpcode.ABSENT) {
            Aeth.put(segment, code.aethOffset(), next(), next());
        }
        return bytes;
    }
}
