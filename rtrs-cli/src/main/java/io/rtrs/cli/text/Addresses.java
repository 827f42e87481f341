package io.rtrs.cli.text;

import io.rtrs.core.path.RdmaAddress;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses as text. */
public final class Addresses {
    private static final int PREFIX = "ip:".length();

    private Addresses() {}

    /** Four numbers, or IPv6 in its short form, without the interface. */
    public static String text(InetAddress address) {
        return path(address).substring(PREFIX);
    }

    /** With the port. */
    public static String text(InetSocketAddress address) {
        return text(address.getAddress()) + " port " + address.getPort();
    }

    /** As it stands in a path: with {@code ip:} before it. */
    public static String path(InetAddress address) {
        return new RdmaAddress.Ip(address, null).toString();
    }
}
