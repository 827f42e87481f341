package io.rtrs.soft.network;

import org.jspecify.annotations.Nullable;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.Optional;

/**
 * Destinations that no packet of ours gets to, by what this machine's addresses are: the kernel's errno alone looks like a
 * firewall, or like a route that somebody made.
 *
 * <p><b>Threading</b>: any. <b>Errors</b>: what cannot be looked at is as if it were not there.
 */
public final class Destinations {
    /** Networks of 31 and 32 bits have no broadcast address (RFC 3021). */
    private static final int MOST_BITS = 30;

    private Destinations() {}

    /**
     * Why nothing gets there, and the remedy; empty if nothing speaks against it here.
     *
     * @param source where to leave from; null: wherever
     */
    public static Optional<String> obstacle(@Nullable InetAddress source, InetAddress destination) {
        if (source != null
                && source.isLoopbackAddress()
                && !destination.isLoopbackAddress()
                && Interfaces.having(destination).isEmpty()) {
            return Optional.of("the path's source " + source.getHostAddress()
                    + " is a loopback address, and packets with it do not leave this machine: leave the source out, or"
                    + " write an address of this machine that leads to " + destination.getHostAddress());
        }
        return destination instanceof Inet4Address four ? broadcast(four) : Optional.empty();
    }

    private static Optional<String> broadcast(Inet4Address destination) {
        if ((destination.getAddress()[3] & 3) != 3) {
            return Optional.empty(); // nor is it one of the smallest network that has one
        }
        try {
            for (NetworkInterface device : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InterfaceAddress own : device.getInterfaceAddresses()) {
                    if (own.getAddress() instanceof Inet4Address address
                            && isBroadcast(destination, address, own.getNetworkPrefixLength())
                            && Interfaces.having(destination).isEmpty()) {
                        return Optional.of(destination.getHostAddress() + " is the broadcast address of the network of "
                                + address.getHostAddress() + "/" + own.getNetworkPrefixLength() + " ("
                                + device.getName() + "), which is no machine's own: write the server's address");
                    }
                }
            }
        } catch (SocketException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** By the bits: an address that was given without a broadcast address has one in the kernel's routes, too. */
    static boolean isBroadcast(Inet4Address destination, Inet4Address own, int bits) {
        return !own.isLoopbackAddress() && bits <= MOST_BITS && number(destination) == (number(own) | (-1 >>> bits));
    }

    private static int number(Inet4Address address) {
        int number = 0;
        for (byte b : address.getAddress()) {
            number = (number << 8) | (b & 0xff);
        }
        return number;
    }
}
