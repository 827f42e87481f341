package io.rtrs.core.path;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import org.jspecify.annotations.Nullable;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * The two ends of a path, as in {@code ip:10.9.0.1@ip:10.9.0.2} (spec/rtrs.md 4.1).
 *
 * @param source where to connect from, or null for whatever reaches the destination
 * @param destination where to connect to
 */
public record PathAddress(@Nullable RdmaAddress source, RdmaAddress destination) {
    private static final String IP = "ip:";
    private static final String GID = "gid:";
    private static final InetAddress BROADCAST = InetAddress.ofLiteral("255.255.255.255");

    /**
     * Reads {@code [source(,|@)]destination}; a ',' anywhere is the separator, else an '@'. Prefixes are mandatory and
     * case-sensitive.
     *
     * @throws RtrsException EPROTONOSUPPORT if the destination has an unknown prefix, EINVAL for any other fault
     */
    public static PathAddress parse(String text) throws RtrsException {
        int separator = text.indexOf(',');
        if (separator < 0) {
            separator = text.indexOf('@');
        }
        RdmaAddress source = null;
        if (separator >= 0) {
            source = parseEnd(text.substring(0, separator));
            if (source == null) {
                throw new RtrsException(Errno.EINVAL, "path \"" + text + "\": bad source address");
            }
        }
        String end = text.substring(separator + 1);
        if (!end.startsWith(IP) && !end.startsWith(GID)) {
            throw new RtrsException(
                    Errno.EPROTONOSUPPORT, "path \"" + text + "\": the destination must start with ip: or gid:");
        }
        RdmaAddress destination = parseEnd(end);
        if (destination == null) {
            throw new RtrsException(Errno.EINVAL, "path \"" + text + "\": bad destination address");
        }
        return new PathAddress(source, destination);
    }

    /** Why no server can be at the destination, and what to write instead; null if one can. */
    public @Nullable String obstacle() {
        if (!(destination instanceof RdmaAddress.Ip ip)) {
            return null;
        }
        InetAddress address = ip.address();
        if (address.isAnyLocalAddress()) {
            return destination
                    + " is no destination: a server that listens on it is at each of its machine's addresses;"
                    + " write one of those";
        }
        if (address.isMulticastAddress()) {
            return destination + " is a multicast address, a group of machines: write the server's own address";
        }
        return address.equals(BROADCAST)
                ? destination + " is the broadcast address, every machine of a network: write the server's own address"
                : null;
    }

    private static @Nullable RdmaAddress parseEnd(String text) {
        if (text.startsWith(GID)) {
            byte[] gid = IpText.parseGid(text.substring(GID.length()));
            return gid == null ? null : new RdmaAddress.Gid(gid);
        }
        return text.startsWith(IP) ? parseIp(text.substring(IP.length())) : null;
    }

    private static RdmaAddress.@Nullable Ip parseIp(String text) {
        InetAddress ipv4 = IpText.parseIpv4(text);
        if (ipv4 != null) {
            return new RdmaAddress.Ip(ipv4, null);
        }
        int percent = text.indexOf('%');
        InetAddress ipv6 = IpText.parseIpv6(percent < 0 ? text : text.substring(0, percent));
        if (ipv6 == null) {
            return null;
        }
        if (percent < 0) {
            return new RdmaAddress.Ip(ipv6, null);
        }
        String scope = text.substring(percent + 1);
        boolean scoped = ipv6 instanceof Inet6Address && ipv6.isLinkLocalAddress() && isScope(scope);
        return scoped ? new RdmaAddress.Ip(ipv6, scope) : null;
    }

    /** Interface names of Linux: 1 to 15 characters, no '/' and no white space. A number of 1 to 9 digits is an index. */
    private static boolean isScope(String scope) {
        boolean name = !scope.isEmpty() && scope.length() <= 15;
        boolean digits = scope.chars().allMatch(c -> c >= '0' && c <= '9');
        return name
                && scope.chars().noneMatch(c -> c == '/' || c == '%' || Character.isWhitespace(c))
                && (!digits || scope.length() <= 9);
    }

    /** {@code source@destination}, or the destination alone. */
    @Override
    public String toString() {
        return source == null ? destination.toString() : source + "@" + destination;
    }
}
