package io.rtrs.cli.doctor;

import io.rtrs.soft.roce.driver.udp.LocalAddress;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Looks at everything that RTRS needs, and at everything that makes it fast. */
public final class Doctor {
    private static final List<String> PROVIDERS = List.of("ibverbs", "softroce");

    private Doctor() {}

    /**
     * What was found.
     *
     * @param findings in the order of looking
     * @param usable the providers that work here, preferred ones first
     */
    public record Diagnosis(List<Finding> findings, List<String> usable) {}

    /** Looks; opens sockets and devices for a moment. */
    public static Diagnosis examine(Machine machine) {
        List<Finding> findings = new ArrayList<>(JavaChecks.run());
        findings.addAll(RdmaChecks.run(machine));
        findings.addAll(NetworkChecks.run());
        List<String> usable = new ArrayList<>();
        List<InetAddress> addresses = addresses();
        for (String name : PROVIDERS) {
            for (VerbsProvider provider : VerbsProviders.all()) {
                if (provider.name().equals(name)) {
                    ProviderChecks.Verdict verdict = ProviderChecks.of(provider, addresses, remedy(name));
                    findings.addAll(verdict.findings());
                    if (verdict.usable()) {
                        usable.add(name);
                    }
                }
            }
        }
        return new Diagnosis(List.copyOf(findings), List.copyOf(usable));
    }

    private static String remedy(String provider) {
        return provider.equals("ibverbs")
                ? "see rdma-core and RDMA devices above; without a device softroce is used"
                : "see UDP 4791 above";
    }

    /** This machine's addresses, loopback last. */
    private static List<InetAddress> addresses() {
        List<InetAddress> found = new ArrayList<>();
        try {
            for (NetworkInterface device : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (device.isUp() && !device.isLoopback()) {
                    found.addAll(Collections.list(device.getInetAddresses()));
                }
            }
        } catch (SocketException e) {
            found.clear();
        }
        NetworkChecks.freeLoopback().ifPresent(found::add);
        InetAddress six = Inet6Address.ofLiteral("::1");
        if (LocalAddress.find(six).isPresent()) {
            found.add(six);
        }
        return found;
    }
}
