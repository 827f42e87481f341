package io.rtrs.core.path;

import org.jspecify.annotations.Nullable;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.StringJoiner;

/** One end of a path: an IP address or a GID (spec/rtrs.md 4.1). */
public sealed interface RdmaAddress {
    /** The textual form with its prefix. */
    @Override
    String toString();

    /**
     * An IP address.
     *
     * @param address the address, without a scope
     * @param scope interface name or number behind '%' of a link-local IPv6 address, or null
     */
    record Ip(InetAddress address, @Nullable String scope) implements RdmaAddress {
        /** Checks that only a link-local IPv6 address has a scope. */
        public Ip {
            boolean linkLocal = address instanceof Inet6Address && address.isLinkLocalAddress();
            if (scope != null && !linkLocal) {
                throw new IllegalArgumentException("scope " + scope + " of an address that is not link-local");
            }
        }

        /**
         * The address with a port, its scope looked up on this machine.
         *
         * @throws UnknownHostException if no interface has the name of the scope
         */
        public InetSocketAddress socketAddress(int port) throws UnknownHostException {
            if (scope == null) {
                return new InetSocketAddress(address, port);
            }
            byte[] bytes = address.getAddress();
            if (scope.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return new InetSocketAddress(Inet6Address.getByAddress(null, bytes, Integer.parseInt(scope)), port);
            }
            try {
                NetworkInterface netdev = NetworkInterface.getByName(scope);
                if (netdev == null) {
                    throw new UnknownHostException("no network interface " + scope + " for " + this);
                }
                return new InetSocketAddress(Inet6Address.getByAddress(null, bytes, netdev), port);
            } catch (SocketException e) {
                UnknownHostException failure = new UnknownHostException("interface " + scope + " for " + this);
                failure.initCause(e);
                throw failure;
            }
        }

        @Override
        public String toString() {
            return "ip:" + IpText.print(address) + (scope == null ? "" : "%" + scope);
        }
    }

    /** A global identifier of an InfiniBand port, 16 bytes. */
    final class Gid implements RdmaAddress {
        private final byte[] bytes;

        /** Copies the 16 bytes. */
        public Gid(byte[] bytes) {
            if (bytes.length != 16) {
                throw new IllegalArgumentException("GID of " + bytes.length + " bytes");
            }
            this.bytes = bytes.clone();
        }

        /** A copy of the 16 bytes. */
        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Gid gid && Arrays.equals(bytes, gid.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            StringJoiner groups = new StringJoiner(":", "gid:", "");
            for (int i = 0; i < bytes.length; i += 2) {
                groups.add(HexFormat.of().formatHex(bytes, i, i + 2));
            }
            return groups.toString();
        }
    }
}
