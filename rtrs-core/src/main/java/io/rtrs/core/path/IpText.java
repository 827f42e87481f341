package io.rtrs.core.path;

import org.jspecify.annotations.Nullable;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.regex.Pattern;

/** IP addresses as text, without any look-up of names. */
final class IpText {
    private static final Pattern IPV4 = Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");
    private static final Pattern IPV6_CHARS = Pattern.compile("[0-9a-fA-F:.]+");
    private static final int GROUPS = 8;

    private IpText() {}

    /** The address of four decimal numbers without leading zeros, or null. */
    static @Nullable Inet4Address parseIpv4(String text) {
        if (!IPV4.matcher(text).matches()) {
            return null;
        }
        try {
            return Inet4Address.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The address of a text in IPv6 notation without scope, or null; an IPv4-mapped one comes as IPv4. */
    static @Nullable InetAddress parseIpv6(String text) {
        if (!text.contains(":") || !IPV6_CHARS.matcher(text).matches()) {
            return null;
        }
        try {
            return Inet6Address.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The 16 bytes of a text in IPv6 notation, or null. */
    static byte @Nullable [] parseGid(String text) {
        InetAddress address = parseIpv6(text);
        if (address == null) {
            return null;
        }
        byte[] bytes = address.getAddress();
        if (bytes.length == 16) {
            return bytes;
        }
        // The JDK turned ::ffff:a.b.c.d, the GID of an IPv4 address on RoCE, into that address.
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xFF;
        mapped[11] = (byte) 0xFF;
        System.arraycopy(bytes, 0, mapped, 12, bytes.length);
        return mapped;
    }

    /** Four decimal numbers, or IPv6 with its longest run of zero groups written as "::". */
    static String print(InetAddress address) {
        if (address instanceof Inet4Address) {
            return address.getHostAddress();
        }
        byte[] bytes = address.getAddress();
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = ((bytes[2 * i] & 0xFF) << 8) | (bytes[2 * i + 1] & 0xFF);
        }
        int start = longestZeroRun(groups);
        int end = start < 0 ? -1 : start + zeroRun(groups, start);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == start) {
                text.append("::");
                i = end - 1;
            } else {
                text.append(i == 0 || i == end ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    /** Where the first of the longest runs of at least two zero groups starts, or −1. */
    private static int longestZeroRun(int[] groups) {
        int start = -1;
        int length = 1;
        for (int i = 0; i < GROUPS; i++) {
            if (zeroRun(groups, i) > length) {
                start = i;
                length = zeroRun(groups, i);
            }
        }
        return start;
    }

    private static int zeroRun(int[] groups, int start) {
        int end = start;
        while (end < GROUPS && groups[end] == 0) {
            end++;
        }
        return end - start;
    }
}
