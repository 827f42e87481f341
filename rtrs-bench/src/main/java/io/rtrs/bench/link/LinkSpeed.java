package io.rtrs.bench.link;

import io.rtrs.soft.roce.driver.udp.LinkOptions;
import io.rtrs.soft.roce.driver.udp.Poller;
import io.rtrs.soft.roce.driver.udp.UdpDriver;
import io.rtrs.soft.roce.driver.udp.UdpLink;
import io.rtrs.verbs.VerbsException;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures packets from this process to another over loopback, for each driver: payload copied into the packet, ICRC
 * sealed, sent; received, ICRC checked, payload copied out. Flow is controlled as by a queue pair: so many packets
 * without an acknowledgement, which comes once a received batch. Who has nothing to do waits.
 *
 * <p>{@code LinkSpeed [payload [seconds [window]]]}; 4096 bytes, 3 seconds, 256 packets.
 */
public final class LinkSpeed {
    private static final String SENDER = "127.0.91.1";
    private static final String RECEIVER = "127.0.91.2";

    private LinkSpeed() {}

    /** Prints a line for each driver that works here. */
    public static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals("receive")) {
            receive(UdpDriver.valueOf(args[1]), Integer.parseInt(args[2]));
            return;
        }
        int payload = args.length > 0 ? Integer.parseInt(args[0]) : 4096;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        int window = args.length > 2 ? Integer.parseInt(args[2]) : 256;
        for (UdpDriver driver : UdpDriver.values()) {
            if (driver.missing().isEmpty()) {
                System.out.println(measure(driver, payload, seconds, window));
            }
        }
    }

    private static UdpLink open(UdpDriver driver, String address) throws VerbsException, IOException {
        return driver.open(InetAddress.getByName(address), LinkOptions.DEFAULT);
    }

    private static void receive(UdpDriver driver, int payload) throws Exception {
        try (UdpLink link = open(driver, RECEIVER);
                Poller poller = driver.poller()) {
            poller.add(link);
            System.out.println("ready");
            new LinkReceiver(link, payload).run(poller, () -> System.in.available() > 0);
        }
    }

    private static String measure(UdpDriver driver, int payload, int seconds, int window) throws Exception {
        Process other = startReceiver(driver, payload);
        try (UdpLink link = open(driver, SENDER);
                Poller poller = driver.poller()) {
            poller.add(link);
            if (other.getInputStream().read() < 0) { // "ready"
                throw new IllegalStateException("the receiver did not start");
            }
            LinkSender sender = new LinkSender(link, InetAddress.getByName(RECEIVER), payload, window);
            sender.run(poller, seconds);
            long lostBefore = sender.lost();
            long callsBefore = link.counters().sendCalls();
            long start = System.nanoTime();
            long packets = sender.run(poller, seconds);
            double elapsed = (System.nanoTime() - start) * 1e-9;
            return String.format(
                    Locale.ROOT,
                    "%-5s payload %d window %d: %.0f packets/s, %.3f GB/s, %d unanswered for half a second, %.1f packets a send call",
                    driver,
                    payload,
                    window,
                    packets / elapsed,
                    packets * (double) payload / elapsed * 1e-9,
                    sender.lost() - lostBefore,
                    (double) packets / Math.max(1, link.counters().sendCalls() - callsBefore));
        } finally {
            other.getOutputStream().write('\n');
            other.getOutputStream().close();
            other.waitFor();
        }
    }

    private static Process startReceiver(UdpDriver driver, int payload) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(LinkSpeed.class.getName());
        command.add("receive");
        command.add(driver.name());
        command.add(Integer.toString(payload));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
