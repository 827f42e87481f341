package io.rtrs.bench.network;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Two network namespaces of this process with a cable between them: a veth pair. It takes root.
 *
 * <p>They go when it is closed, and when the process ends by itself or by a signal that can be caught. What a process that
 * was killed left behind is removed by the next one. <b>Threading:</b> one thread; {@link #close} from any, once it was made.
 */
public final class Cable implements AutoCloseable {
    private static final String PREFIX = "rtrs-bench-";
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Path SELF = Path.of("/proc/self/status");
    private static final int SMALLEST_MTU = 576;
    private static final int LARGEST_MTU = 65535;
    private static final int LARGEST_LOSS = 50;

    private final String client;
    private final String server;
    private final int mtu;
    private final double lossPercent;
    private final Thread atExit = new Thread(this::removeBoth, "remove-namespaces");

    private Cable(int mtu, double lossPercent) {
        String name = PREFIX + ProcessHandle.current().pid() + "-" + mtu;
        client = name + "c";
        server = name + "s";
        this.mtu = mtu;
        this.lossPercent = lossPercent;
    }

    /**
     * Lays one.
     *
     * @param mtu of both ends, in bytes
     * @param lossPercent of the packets, in each direction; it takes ethtool and nft if it is not 0
     * @throws IOException if this user, or this kernel, makes none
     */
    public static Cable lay(int mtu, double lossPercent) throws IOException {
        Cable cable = new Cable(mtu, lossPercent);
        Runtime.getRuntime().addShutdownHook(cable.atExit);
        try {
            cable.make();
            return cable;
        } catch (IOException e) {
            cable.close();
            throw e;
        }
    }

    private void make() throws IOException {
        for (String name : List.of(client, server)) {
            run("ip", "netns", "add", name);
            run("ip", "-n", name, "link", "set", "lo", "up");
        }
        run("ip", "link", "add", "veth0", "netns", client, "type", "veth", "peer", "name", "veth0", "netns", server);
        String[] hosts = {"1", "2"};
        String[] names = {client, server};
        for (int i = 0; i < names.length; i++) {
            run("ip", "-n", names[i], "addr", "add", address(hosts[i]) + "/24", "dev", "veth0");
            run("ip", "-n", names[i], "link", "set", "veth0", "mtu", Integer.toString(mtu), "up");
        }
        if (lossPercent > 0) {
            lose(client);
            lose(server);
        }
    }

    /** Packets are dropped as they arrive, one by one: no network device puts them together. */
    private void lose(String name) throws IOException {
        try {
            run("ip", "netns", "exec", name, "ethtool", "-K", "veth0", "gso", "off", "tso", "off", "gro", "off");
            String[] rules = {
                "add table inet loss",
                "add chain inet loss arriving { type filter hook prerouting priority 0; }",
                "add rule inet loss arriving iif veth0 numgen random mod 100000 < " + Math.round(lossPercent * 1000)
                        + " drop"
            };
            for (String rule : rules) {
                run("ip", "netns", "exec", name, "nft", rule);
            }
        } catch (IOException e) {
            throw new IOException(
                    "losing packets takes the programs ethtool and nft, and the kernel's nf_tables: " + e.getMessage(),
                    e);
        }
    }

    private String percent() {
        return String.format(
                Locale.ROOT,
                "%s%%",
                BigDecimal.valueOf(lossPercent).stripTrailingZeros().toPlainString());
    }

    /** Nobody else is in these namespaces, so that any addresses do. */
    private static String address(String host) {
        return "10.9.0." + host;
    }

    /** Its two ends. */
    public Place place() {
        return new Place(
                client,
                server,
                address("2"),
                "two network namespaces, MTU " + mtu + (lossPercent > 0 ? ", loss " + percent() : ""));
    }

    /** A part of the packets as an option has it. */
    public static double parsePercent(String text) {
        double percent = text.matches("\\d{1,2}(\\.\\d{1,3})?") ? Double.parseDouble(text) : -1;
        if (percent < 0 || percent > LARGEST_LOSS) {
            throw new IllegalArgumentException("'" + text + "': 0 to " + LARGEST_LOSS + " percent are possible");
        }
        return percent;
    }

    /** An MTU as an option has it. */
    public static int parseMtu(String text) {
        int mtu = text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
        if (mtu < SMALLEST_MTU || mtu > LARGEST_MTU) {
            throw new IllegalArgumentException(
                    "'" + text + "': an MTU of " + SMALLEST_MTU + " to " + LARGEST_MTU + " bytes is possible");
        }
        return mtu;
    }

    /** Why this process can lay none; empty if it may try. */
    public static String obstacle() {
        try {
            boolean root = Files.readAllLines(SELF).stream().anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
            return root ? "" : "it takes root to make network namespaces: run it with sudo, or without --namespaces";
        } catch (IOException e) {
            return "network namespaces are Linux's: run it there, or without --namespaces";
        }
    }

    /** Removes what processes left behind that are gone. */
    public static void removeLeftovers() {
        String[] names = NAMESPACES.toFile().list();
        for (String name : names == null ? new String[0] : names) {
            if (isLeftover(name, pid -> ProcessHandle.of(pid).isPresent())) {
                remove(name);
            }
        }
    }

    /** Whether a namespace is of a process of this program that is gone. */
    static boolean isLeftover(String name, java.util.function.LongPredicate lives) {
        if (!name.matches(PREFIX + "\\d{1,18}-\\d+[cs]")) {
            return false;
        }
        return !lives.test(Long.parseLong(name.substring(PREFIX.length(), name.indexOf('-', PREFIX.length()))));
    }

    @Override
    public void close() {
        removeBoth();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // it is running: the process ends
        }
    }

    private void removeBoth() {
        remove(client);
        remove(server);
    }

    private static void remove(String name) {
        try {
            if (Files.exists(NAMESPACES.resolve(name))) {
                run("ip", "netns", "del", name);
            }
        } catch (IOException e) {
            System.err.println("the network namespace " + name + " stays: " + e.getMessage());
        }
    }

    private static void run(String... command) throws IOException {
        Command.run(List.of(command));
    }
}
