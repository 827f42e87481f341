package io.rtrs.soft.roce.wire;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * The invariant checksum at the end of every packet: what it covers of IP and UDP headers, how it is sealed and checked
 * (spec/rocev2.md 2.1, 2.5).
 *
 * <p>A socket does not tell the identification of an IPv4 packet, which is covered. {@link #verify} therefore guesses it, and
 * where the guess was wrong solves for it: see {@link IdentificationSolver}.
 *
 * <p>Lengths are those of the UDP payload, BTH to ICRC; the pseudo headers are derived from them.
 *
 * <p><b>Threading</b>: one owner. <b>Allocation</b>: none, but once for a memory segment not seen lately; the segment is
 * then kept reachable. Segments of more than 2 GiB are refused.
 */
public final class Icrc {
    /** {@link #verify}: the checksum is wrong. */
    public static final int BAD = -1;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final int DONT_FRAGMENT = 0x4000;
    private static final int UDP_HEADER = 8;
    private static final int IPV4_HEADER = 20;
    private static final int LRH_MASK = 8;
    private static final int LONGEST_PREFIX = LRH_MASK + 40 + UDP_HEADER + Bth.SIZE;
    private static final int SHORTEST = Bth.SIZE + RoceOpcode.ICRC_SIZE;
    private static final int VIEWS = 8;

    private final CRC32 crc = new CRC32();
    private final byte[] prefix = new byte[LONGEST_PREFIX];
    private final boolean fragmentable;
    private final IdentificationGuess guess = new IdentificationGuess();
    private long solved;

    private final @Nullable MemorySegment[] segments = new MemorySegment[VIEWS];
    private final @Nullable ByteBuffer[] views = new ByteBuffer[VIEWS];
    private int oldestView;

    /** One that takes it that senders forbid fragmentation, as kernels and adapters do. */
    public Icrc() {
        this(false);
    }

    /**
     * One for whatever senders do.
     *
     * @param fragmentable whether IPv4 packets may be good without "don't fragment"; it leaves 15 bits of 32 as a check
     */
    public Icrc(boolean fragmentable) {
        this.fragmentable = fragmentable;
        LONG.set(prefix, 0, -1L);
    }

    /**
     * Writes the checksum into the last four bytes of a packet.
     *
     * @param sourcePort the UDP port that the packet leaves from
     * @param identification of the IPv4 packet: the index in a GSO call, or 0; ignored for IPv6
     */
    public void seal(
            MemorySegment memory,
            long offset,
            int length,
            Gid source,
            RoceAddress destination,
            int sourcePort,
            int identification) {
        int value = compute(
                memory,
                offset,
                length,
                source.hi(),
                source.lo(),
                destination.gid().hi(),
                destination.gid().lo(),
                sourcePort << 16 | destination.port(),
                identification);
        memory.set(Layouts.ICRC, offset + length - RoceOpcode.ICRC_SIZE, value);
    }

    /** As above, to {@link RoceAddress#ROCE_PORT}. */
    public void seal(
            MemorySegment memory,
            long offset,
            int length,
            Gid source,
            Gid destination,
            int sourcePort,
            int identification) {
        seal(memory, offset, length, source, RoceAddress.of(destination), sourcePort, identification);
    }

    /** As below, at {@link RoceAddress#ROCE_PORT}. */
    public int verify(
            MemorySegment memory, long offset, int length, long sourceHi, long sourceLo, Gid local, int sourcePort) {
        return verify(memory, offset, length, sourceHi, sourceLo, local, sourcePort, RoceAddress.ROCE_PORT);
    }

    /**
     * Checks a received packet of any content: in full over IPv6, with an unknown identification over IPv4.
     *
     * @param localPort the UDP port that it came to
     * @return the identification, 0 over IPv6, or {@link #BAD}
     */
    public int verify(
            MemorySegment memory,
            long offset,
            int length,
            long sourceHi,
            long sourceLo,
            Gid local,
            int sourcePort,
            int localPort) {
        if (length < SHORTEST
                || length > RoceOpcode.MAX_LOOPBACK_PACKET
                || Gid.isIpv4(sourceHi, sourceLo) != local.isIpv4()) {
            return BAD;
        }
        int ports = sourcePort << 16 | localPort;
        int guessed = local.isIpv4() ? guess.of(offset) : 0;
        int value = compute(memory, offset, length, sourceHi, sourceLo, local.hi(), local.lo(), ports, guessed);
        int difference = value ^ memory.get(Layouts.ICRC, offset + length - RoceOpcode.ICRC_SIZE);
        if (!local.isIpv4()) {
            return difference == 0 ? 0 : BAD;
        }
        int identification = difference == 0 ? guessed : solve(difference, length, guessed);
        if (identification != BAD) {
            guess.learn(offset, length, identification);
        }
        return identification;
    }

    private int solve(int difference, int length, int guessed) {
        solved++;
        int wrongBits = IdentificationSolver.solve(difference, length, fragmentable);
        return wrongBits == BAD ? BAD : wrongBits ^ guessed;
    }

    /** How many packets' identification was not the one that was guessed, damaged packets included. */
    long solved() {
        return solved;
    }

    /** Checks a packet to {@link RoceAddress#ROCE_PORT} whose identification is known: all 32 bits count. */
    public boolean matches(
            MemorySegment memory,
            long offset,
            int length,
            Gid source,
            Gid destination,
            int sourcePort,
            int identification) {
        if (length < SHORTEST) {
            return false;
        }
        int value = compute(
                memory,
                offset,
                length,
                source.hi(),
                source.lo(),
                destination.hi(),
                destination.lo(),
                sourcePort << 16 | RoceAddress.ROCE_PORT,
                identification);
        return value == memory.get(Layouts.ICRC, offset + length - RoceOpcode.ICRC_SIZE);
    }

    private int compute(
            MemorySegment memory,
            long offset,
            int length,
            long sourceHi,
            long sourceLo,
            long destHi,
            long destLo,
            int ports,
            int identification) {
        int at = LRH_MASK;
        if (Gid.isIpv4(destHi, destLo)) {
            put(at, 0x45FF_0000 | (IPV4_HEADER + UDP_HEADER + length));
            put(at + 4, (identification << 16) | DONT_FRAGMENT);
            put(at + 8, 0xFF11_FFFF);
            put(at + 12, (int) sourceLo);
            put(at + 16, (int) destLo);
            at += IPV4_HEADER;
        } else {
            put(at, 0x6FFF_FFFF);
            put(at + 4, ((UDP_HEADER + length) << 16) | 0x11FF);
            LONG.set(prefix, at + 8, sourceHi);
            LONG.set(prefix, at + 16, sourceLo);
            LONG.set(prefix, at + 24, destHi);
            LONG.set(prefix, at + 32, destLo);
            at += 40;
        }
        put(at, ports);
        put(at + 4, ((UDP_HEADER + length) << 16) | 0xFFFF);
        put(at + 8, memory.get(Layouts.BE32, offset));
        put(at + 12, memory.get(Layouts.BE32, offset + 4) | 0xFF00_0000);
        put(at + 16, memory.get(Layouts.BE32, offset + 8));
        crc.reset();
        crc.update(prefix, 0, at + UDP_HEADER + Bth.SIZE);
        int start = Math.toIntExact(offset);
        ByteBuffer view = view(memory);
        view.limit(start + length - RoceOpcode.ICRC_SIZE).position(start + Bth.SIZE);
        crc.update(view);
        return (int) crc.getValue();
    }

    private void put(int at, int value) {
        INT.set(prefix, at, value);
    }

    private ByteBuffer view(MemorySegment memory) {
        for (int i = 0; i < VIEWS; i++) {
            ByteBuffer view = views[i];
            if (view != null && memory.equals(segments[i])) {
                return view;
            }
        }
        ByteBuffer made = memory.asByteBuffer();
        segments[oldestView] = memory;
        views[oldestView] = made;
        oldestView = (oldestView + 1) % VIEWS;
        return made;
    }
}
