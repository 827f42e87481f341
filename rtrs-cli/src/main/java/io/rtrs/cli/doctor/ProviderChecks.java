package io.rtrs.cli.doctor;

import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.cli.text.Addresses;
import io.rtrs.verbs.DeviceAttr;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.VerbsProvider;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What each provider can do here, asked of the provider itself. */
final class ProviderChecks {
    private ProviderChecks() {}

    /**
     * A provider, and whether anything of this machine's can be reached with it.
     *
     * @param usable whether it can work
     */
    record Verdict(boolean usable, List<Finding> findings) {}

    static Verdict of(VerbsProvider provider, List<InetAddress> addresses, String remedy) {
        String missing = provider.unavailable().orElse(null);
        if (missing != null) {
            return new Verdict(false, List.of(Finding.note(provider.name(), missing, remedy)));
        }
        List<InetAddress> served = new ArrayList<>();
        for (InetAddress address : addresses) {
            if (provider.serves(address)) {
                served.add(address);
            }
        }
        if (served.isEmpty()) {
            return new Verdict(
                    false, List.of(Finding.note(provider.name(), "serves none of this machine's addresses", remedy)));
        }
        try {
            DeviceAttr device = attributes(provider, served.getFirst());
            String names = served.stream().map(Addresses::text).collect(Collectors.joining(", "));
            return new Verdict(
                    true, List.of(Finding.ok(provider.name(), "serves " + names), windows(provider.name(), device)));
        } catch (IOException e) {
            return new Verdict(
                    false, List.of(Finding.note(provider.name(), "cannot be used: " + e.getMessage(), remedy)));
        }
    }

    static Finding windows(String provider, DeviceAttr device) {
        String subject = provider + " memory windows";
        String text = device.name() + ": "
                + (device.maxMw() == 0
                        ? "none"
                        : device.maxMw() + ", type 1 " + (device.windowType1() ? "yes" : "no") + ", type 2 "
                                + (device.windowType2() ? "yes" : "no"));
        if (device.windowType1() && device.windowType2()) {
            return Finding.ok(subject, text);
        }
        return Finding.note(
                subject,
                text,
                device.windowType1()
                        ? "clients here cannot give keys for one read only; servers are not affected"
                        : "a server here needs --no-always-invalidate: clients keep its keys, so only for trusted ones");
    }

    private static DeviceAttr attributes(VerbsProvider provider, InetAddress address) throws IOException {
        ExtendedCm cm = provider.cm();
        RdmaEventChannel channel = cm.createEventChannel();
        try {
            RdmaCmId id = cm.createId(channel, RdmaCm.RDMA_PS_TCP);
            try {
                cm.bindAddr(id, new InetSocketAddress(address, 0));
                IbvContext context = id.getVerbs();
                return provider.verbs().queryDevice(context);
            } finally {
                cm.destroyCmId(id);
            }
        } finally {
            cm.destroyEventChannel(channel);
        }
    }
}
