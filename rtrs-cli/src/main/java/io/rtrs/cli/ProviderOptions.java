package io.rtrs.cli;

import io.rtrs.cli.text.Addresses;
import io.rtrs.cli.text.Routing;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.path.RdmaAddress;
import io.rtrs.soft.network.LinkLocal;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** The options {@code --provider} and {@code --port}, and what they choose. */
final class ProviderOptions {
    private static final String AUTO = "auto";

    /** Any port: it is where a connected UDP socket would send, which it never does. */
    private static final int ROUTE_PROBE_PORT = 4791;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = "--provider",
            paramLabel = "NAME",
            defaultValue = AUTO,
            description = "ibverbs: an RDMA device; softroce: none is needed; auto: what serves the address"
                    + " (${DEFAULT-VALUE})")
    private String provider = AUTO;

    @Option(
            names = "--port",
            paramLabel = "N",
            converter = Arguments.Port.class,
            defaultValue = "1234",
            description = "port of the server (${DEFAULT-VALUE})")
    private int port;

    int port() {
        return port;
    }

    /**
     * Where a server and its client meet on this machine.
     *
     * @param address the address of both
     */
    record Place(VerbsProvider provider, InetAddress address) {}

    /** An RDMA device's address if there is one, else loopback. */
    Place meetingPlace() throws IOException {
        checkName();
        String property = System.getProperty(VerbsProviders.PROPERTY, "");
        String name = provider.equals(AUTO) && !property.isEmpty() ? property : provider;
        if (name.equals(AUTO) || name.equals("ibverbs")) {
            for (VerbsProvider candidate : VerbsProviders.all()) {
                if (candidate.name().equals("ibverbs")
                        && candidate.unavailable().isEmpty()) {
                    for (InetAddress address : ownAddresses()) {
                        if (candidate.serves(address)) {
                            return new Place(candidate, address);
                        }
                    }
                }
            }
        }
        if (name.equals("ibverbs")) {
            VerbsProvider usable = VerbsProviders.named(name); // or says what is missing
            throw new IOException(usable.name() + ": none of this machine's addresses belongs to an RDMA device; give"
                    + " the network interface of one an IP address (ip address add ADDRESS/BITS dev INTERFACE)");
        }
        return new Place(VerbsProviders.named(name.equals(AUTO) ? "softroce" : name), loopback());
    }

    /** For a server at these addresses: one provider must serve all of them. */
    VerbsProvider serving(List<InetAddress> addresses) throws IOException {
        checkName();
        for (InetAddress address : addresses) {
            checkUsable(address);
        }
        if (!provider.equals(AUTO)) {
            return VerbsProviders.named(provider);
        }
        VerbsProvider chosen = VerbsProviders.automatic(addresses.getFirst());
        for (InetAddress address : addresses) {
            VerbsProvider other = VerbsProviders.automatic(address);
            if (other != chosen && !chosen.serves(address)) {
                throw new IOException("--listen " + Addresses.text(address) + " is served by provider " + other.name()
                        + ", the first address by " + chosen.name()
                        + ": one server has one provider; start a server for each, or name one that serves both with"
                        + " --provider");
            }
        }
        return chosen;
    }

    /** For a client on a path. */
    VerbsProvider reaching(PathAddress path) throws IOException {
        checkName();
        if (path.source() instanceof RdmaAddress.Ip ip) {
            checkUsable(ip.socketAddress(0).getAddress());
        }
        if (path.destination() instanceof RdmaAddress.Ip ip) {
            checkUsable(ip.socketAddress(0).getAddress());
        }
        return provider.equals(AUTO) ? VerbsProviders.automatic(leaving(path)) : VerbsProviders.named(provider);
    }

    private void checkName() {
        List<String> names = new ArrayList<>(List.of(AUTO));
        VerbsProviders.all().forEach(known -> names.add(known.name()));
        if (!names.contains(provider)) {
            throw Arguments.wrong(spec.commandLine(), "--provider", provider, "is none of ibverbs, softroce, auto");
        }
    }

    /** The source of a path, or the address that routing would choose; nothing is sent. */
    private static InetAddress leaving(PathAddress path) throws IOException {
        if (path.source() instanceof RdmaAddress.Ip source) {
            return source.socketAddress(0).getAddress();
        }
        if (!(path.destination() instanceof RdmaAddress.Ip to)) {
            return InetAddress.getByAddress(new byte[16]);
        }
        InetSocketAddress destination = to.socketAddress(ROUTE_PROBE_PORT);
        try (DatagramSocket probe = new DatagramSocket(null)) {
            probe.connect(destination);
            return probe.getLocalAddress();
        } catch (IOException e) {
            throw new IOException(
                    "cannot reach " + Addresses.text(destination.getAddress()) + ": " + Routing.cause(e) + "; "
                            + Routing.remedy(e, destination.getAddress()),
                    e);
        }
    }

    /** An address that means nothing by itself, or that this JVM does not speak, is refused by its name. */
    private static void checkUsable(InetAddress address) throws IOException {
        String obstacle = LinkLocal.obstacle(address).orElse(null);
        if (obstacle != null) {
            throw new IOException(obstacle);
        }
    }

    private static InetAddress loopback() {
        return Inet4Address.ofLiteral("127.0.0.1");
    }

    /** IPv4 first, and nothing that only means something together with an interface. */
    private static List<InetAddress> ownAddresses() throws IOException {
        List<InetAddress> found = new ArrayList<>();
        for (NetworkInterface device : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (device.isUp() && !device.isLoopback()) {
                found.addAll(Collections.list(device.getInetAddresses()));
            }
        }
        found.removeIf(InetAddress::isLinkLocalAddress);
        found.sort(Comparator.comparing(address -> address instanceof Inet6Address));
        return found;
    }
}
