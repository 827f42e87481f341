package io.rtrs.soft.network;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What an IPv6 address needs beside itself: an interface if it is link-local, and a JVM that speaks IPv6.
 *
 * <p><b>Threading</b>: any. <b>Errors</b>: what cannot be looked at is as if it were not there.
 */
public final class LinkLocal {
    private LinkLocal() {}

    /** Why an address of this or of another machine cannot be used as it is, and the remedy; empty if it can. */
    public static Optional<String> obstacle(InetAddress address) {
        if (!(address instanceof Inet6Address six)) {
            return Optional.empty();
        }
        if (Boolean.getBoolean("java.net.preferIPv4Stack")) {
            return Optional.of(
                    six.getHostAddress() + " is an IPv6 address, and this JVM was told to use IPv4 alone: start it"
                            + " without -Djava.net.preferIPv4Stack=true");
        }
        if (!six.isLinkLocalAddress() || six.getScopeId() != 0 || having(six).size() == 1) {
            return Optional.empty();
        }
        List<String> names = new ArrayList<>();
        for (NetworkInterface device : devices()) {
            names.add(device.getName());
        }
        String remedy = names.isEmpty()
                ? "no interface of this machine that is up has such an address"
                : "write " + six.getHostAddress() + "%" + names.getFirst() + "; the interfaces with such addresses are "
                        + String.join(", ", names);
        return Optional.of(six.getHostAddress()
                + " is a link-local address, which means something only together with an interface: " + remedy);
    }

    /** The interfaces that have a link-local address; the one that it names, if it names one. */
    static List<NetworkInterface> having(Inet6Address address) {
        List<NetworkInterface> found = new ArrayList<>();
        for (NetworkInterface device : devices()) {
            boolean meant = address.getScopeId() == 0 || address.getScopeId() == device.getIndex();
            if (meant && Collections.list(device.getInetAddresses()).contains(address)) { // equal whatever their scopes
                found.add(device);
            }
        }
        return found;
    }

    /** Those that are up and have any link-local IPv6 address. */
    private static List<NetworkInterface> devices() {
        List<NetworkInterface> found = new ArrayList<>();
        try {
            for (NetworkInterface device : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                boolean some = Collections.list(device.getInetAddresses()).stream()
                        .anyMatch(address -> address instanceof Inet6Address && address.isLinkLocalAddress());
                if (some && device.isUp()) {
                    found.add(device);
                }
            }
        } catch (SocketException e) {
            return List.of();
        }
        return found;
    }
}
