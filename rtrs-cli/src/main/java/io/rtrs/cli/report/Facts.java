package io.rtrs.cli.report;

import io.rtrs.cli.doctor.Machine;
import io.rtrs.cli.text.Sizes;
import io.rtrs.client.ClientPath;
import io.rtrs.client.ClientSession;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.path.RdmaAddress;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a reader of a report wants to know of the machine and of the way to the server. */
public final class Facts {
    private Facts() {}

    /** Of this machine. */
    public static Map<String, String> machine(Machine machine) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(
                "date",
                DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                        ZonedDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS)));
        String processor = field(machine, "proc/cpuinfo", "model name");
        facts.put(
                "processors",
                Runtime.getRuntime().availableProcessors() + (processor.isEmpty() ? "" : " of " + processor));
        String memory = field(machine, "proc/meminfo", "MemTotal").replaceAll("\\D", "");
        if (!memory.isEmpty() && memory.length() < 16) {
            facts.put("memory", Sizes.rounded(Long.parseLong(memory) << 10));
        }
        facts.put(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        facts.put("Java", System.getProperty("java.runtime.version") + ", " + System.getProperty("java.vm.name"));
        return facts;
    }

    /** Of a session's paths, and what the server takes. */
    public static Map<String, String> session(ClientSession session, String provider, int port) throws RtrsException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("provider", provider);
        int number = 0;
        for (ClientPath path : session.paths()) {
            number++;
            facts.put("path " + number, path.name() + " port " + port + device(path.name()));
        }
        facts.put(
                "server",
                "IO up to " + Sizes.exact(session.maxIoSize()) + ", " + session.queueDepth() + " requests at once");
        return facts;
    }

    /** The network interface of a path's source, and its MTU; empty if that cannot be told. */
    private static String device(String path) {
        try {
            if (PathAddress.parse(path).source() instanceof RdmaAddress.Ip source) {
                NetworkInterface found = owner(source.address());
                return found == null ? "" : ", from " + found.getName() + " with MTU " + found.getMTU();
            }
        } catch (RtrsException | SocketException e) {
            return "";
        }
        return "";
    }

    /** All of 127.0.0.0/8 is the loopback interface's, which lists one address of it. */
    private static @Nullable NetworkInterface owner(InetAddress address) throws SocketException {
        if (!address.isLoopbackAddress()) {
            return NetworkInterface.getByInetAddress(address);
        }
        for (NetworkInterface device : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (device.isLoopback()) {
                return device;
            }
        }
        return null;
    }

    private static String field(Machine machine, String file, String name) {
        return machine.read(file)
                .orElse("")
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("");
    }
}
