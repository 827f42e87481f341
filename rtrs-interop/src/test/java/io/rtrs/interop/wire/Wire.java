package io.rtrs.interop.wire;

import static org.awaitility.Awaitility.await;

import io.rtrs.interop.kernel.Shell;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The wire between the kernel's device and the other network namespace, as {@code vm/guest/boot} makes it. */
final class Wire {
    /** The other network namespace. */
    static final String NAMESPACE = "beyond";

    private static final String NETDEV_HERE = "v0";
    private static final String NETDEV_BEYOND = "v1";

    private Wire() {}

    /** An IP version, and the addresses of both ends. */
    enum Family {
        IPV4("10.9.0.1", "10.9.0.2"),
        IPV6("fd09::1", "fd09::2");

        final InetAddress here;
        final InetAddress beyond;

        Family(String here, String beyond) {
            this.here = InetAddress.ofLiteral(here);
            this.beyond = InetAddress.ofLiteral(beyond);
        }
    }

    /** What the wire does to packets, in both directions. */
    enum Trouble {
        NONE(""),
        LOSS("loss 1%"),
        /** So much that packets do overtake others on the emulated machine, which sends few in a millisecond. */
        REORDERING("delay 10ms reorder 10%"),
        /** So often that requests are among the few that a conversation sends, a batch counting as one. */
        DUPLICATION("duplicate 10%"),
        ALL("delay 1ms reorder 2% loss 1% duplicate 2%");

        final String netem;

        Trouble(String netem) {
            this.netem = netem;
        }

        boolean loses() {
            return netem.contains("loss");
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Sets the MTU that gives the path MTU. */
    static void pathMtu(int pathMtu) throws IOException, InterruptedException {
        String mtu = pathMtu == 4096 ? "9000" : "1500";
        Shell.run("ip", "link", "set", NETDEV_HERE, "mtu", mtu);
        beyond("ip", "link", "set", NETDEV_BEYOND, "mtu", mtu);
        String active = Shell.run("ibv_devinfo", "-d", "rxe0");
        if (!active.matches("(?s).*active_mtu:\\s+" + pathMtu + " .*")) {
            throw new AssertionError("the device has another MTU than " + pathMtu + ":\n" + active);
        }
    }

    /** Makes trouble from now on. */
    static void trouble(Trouble trouble) throws IOException, InterruptedException {
        Shell.run(qdisc(NETDEV_HERE, trouble));
        beyond(qdisc(NETDEV_BEYOND, trouble));
    }

    private static String[] qdisc(String netdev, Trouble trouble) {
        List<String> command = new ArrayList<>(List.of("tc", "qdisc", "replace", "dev", netdev, "root"));
        if (trouble == Trouble.NONE) {
            command.add("pfifo");
        } else {
            command.addAll(List.of("netem", "limit", "10000"));
            command.addAll(List.of(trouble.netem.split(" ")));
        }
        return command.toArray(String[]::new);
    }

    /** How many packets the wire has lost since the last time without {@linkplain Trouble trouble}, in both directions. */
    static long lost() throws IOException, InterruptedException {
        return number("dropped", Shell.run("tc", "-s", "qdisc", "show", "dev", NETDEV_HERE))
                + number("dropped", beyond("tc", "-s", "qdisc", "show", "dev", NETDEV_BEYOND));
    }

    private static long number(String name, String statistics) {
        Matcher matcher = Pattern.compile("\\b" + name + " (\\d+)").matcher(statistics);
        if (!matcher.find()) {
            throw new AssertionError("no " + name + " in\n" + statistics);
        }
        return Long.parseLong(matcher.group(1));
    }

    /** How many requests the kernel's device has met once more, ever. */
    static long duplicates() throws IOException, InterruptedException {
        return counted("duplicate_request");
    }

    /** How many requests the kernel's device has met before one that was sent earlier, ever. */
    static long outOfSequence() throws IOException, InterruptedException {
        return counted("out_of_seq_request");
    }

    private static long counted(String name) throws IOException, InterruptedException {
        return number(name, Shell.run("rdma", "statistic", "show", "link", "rxe0/1"));
    }

    /** Waits until a program listens at a port of the kernel's device. */
    static void awaitListener(int port) {
        await().until(() ->
                Shell.run("rdma", "resource", "show", "cm_id").matches("(?s).*LISTEN[^\\n]*:" + port + "\\b.*"));
    }

    /** Runs a program in the other namespace. */
    static String beyond(String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", NAMESPACE));
        all.addAll(List.of(command));
        return Shell.run(all.toArray(String[]::new));
    }
}
