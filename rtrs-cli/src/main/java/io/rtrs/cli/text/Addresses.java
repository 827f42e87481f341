package io.rtrs.cli.text;

import io.rtrs.core.path.RdmaAddress;
import org.jspecify.annotations.Nullable;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** Addresses as text. */
public final class Addresses {
    private static final int PREFIX = "ip:".length();

    private Addresses() {}

    /** Four numbers, or IPv6 in its short form; a link-local address with its interface, if that is known. */
    public static String text(InetAddress address) {
        return path(address).substring(PREFIX);
    }

    /** As another machine may have it: its interface is called something else there. */
    public static String there(InetAddress address) {
        String text = text(address);
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope) + "%INTERFACE";
    }

    /** With the port. */
    public static String text(InetSocketAddress address) {
        return text(address.getAddress()) + " port " + address.getPort();
    }

    /** As it stands in a path: with {@code ip:} before it. */
    public static String path(InetAddress address) {
        return new RdmaAddress.Ip(address, scope(address)).toString();
    }

    /** The name of the interface; its number if it has gone; null without one, and where an address needs none. */
    private static @Nullable String scope(InetAddress address) {
        if (!(address instanceof Inet6Address six) || !six.isLinkLocalAddress() || six.getScopeId() == 0) {
            return null;
        }
        try {
            NetworkInterface netdev = NetworkInterface.getByIndex(six.getScopeId());
            return netdev == null ? Integer.toString(six.getScopeId()) : netdev.getName();
        } catch (SocketException e) {
            return Integer.toString(six.getScopeId());
        }
    }
}
