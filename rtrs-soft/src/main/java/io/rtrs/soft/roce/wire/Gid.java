package io.rtrs.soft.roce.wire;

import io.rtrs.soft.network.IpAddress;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A RoCEv2 GID: an IPv6 address, or an IPv4 address mapped as {@code ::ffff:a.b.c.d} (spec/rocev2.md 14.1). The scope of
 * a link-local address is not part of it.
 *
 * @param hi the first eight bytes, the first one most significant
 * @param lo the last eight bytes
 */
public record Gid(long hi, long lo) implements IpAddress {
    /** Bytes of a GID. */
    public static final int SIZE = 16;

    private static final long V4_MAPPED = 0xFFFFL << 32;

    /** The GID of an IPv4 address, given as the number that its bytes make. */
    public static Gid ofIpv4(int address) {
        return new Gid(0, V4_MAPPED | Integer.toUnsignedLong(address));
    }

    /** The GID of an address of either family. */
    public static Gid of(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return ofIpv4((int) number(bytes, 0, 4));
        }
        return new Gid(number(bytes, 0, 8), number(bytes, 8, 8));
    }

    /** The GID that stands in a message. */
    public static Gid get(MemorySegment segment, long offset) {
        return new Gid(segment.get(Layouts.BE64, offset), segment.get(Layouts.BE64, offset + 8));
    }

    /** Writes the 16 bytes. */
    public void put(MemorySegment segment, long offset) {
        segment.set(Layouts.BE64, offset, hi);
        segment.set(Layouts.BE64, offset + 8, lo);
    }

    /** Whether the two halves are an IPv4 address. */
    public static boolean isIpv4(long hi, long lo) {
        return hi == 0 && lo >>> 32 == 0xFFFF;
    }

    /** Whether it is 127.0.0.0/8 or ::1. */
    public boolean isLoopback() {
        return isIpv4() ? ipv4() >>> 24 == 127 : hi == 0 && lo == 1;
    }

    /** The address, an {@code Inet4Address} if it is mapped. */
    public InetAddress toAddress() {
        byte[] bytes = new byte[isIpv4() ? 4 : SIZE];
        for (int i = 0; i < bytes.length; i++) {
            int fromEnd = bytes.length - 1 - i;
            bytes[i] = (byte) ((fromEnd < 8 ? lo : hi) >>> (8 * (fromEnd & 7)));
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address has 4 or 16 bytes", e);
        }
    }

    /** Whether this is the GID with these halves. */
    public boolean is(long otherHi, long otherLo) {
        return hi == otherHi && lo == otherLo;
    }

    @Override
    public String toString() {
        return toAddress().getHostAddress();
    }

    private static long number(byte[] bytes, int from, int count) {
        long value = 0;
        for (int i = from; i < from + count; i++) {
            value = (value << 8) | Byte.toUnsignedLong(bytes[i]);
        }
        return value;
    }
}
