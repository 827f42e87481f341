package io.rtrs.soft.network;

/** An IPv6 address, or an IPv4 address mapped as {@code ::ffff:a.b.c.d}, as two numbers: a hot path compares and writes them. */
public interface IpAddress {
    /** The first eight bytes, the first one most significant. */
    long hi();

    /** The last eight bytes. */
    long lo();

    /** Whether it is an IPv4 address. */
    default boolean isIpv4() {
        return hi() == 0 && lo() >>> 32 == 0xFFFF;
    }

    /** The IPv4 address as the number that its bytes make; meaningless if it is none. */
    default int ipv4() {
        return (int) lo();
    }
}
