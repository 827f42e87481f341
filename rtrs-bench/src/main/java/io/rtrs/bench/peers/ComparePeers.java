package io.rtrs.bench.peers;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Measures all transports in turn, each with a client and a server process of its own, and writes the table. */
@Command(
        name = "compare-peers",
        mixinStandardHelpOptions = true,
        description = "Measures RTRS over softroce and what a user would pick instead, side by side.")
public final class ComparePeers implements Callable<Integer> {
    private static final String IPERF = "iperf3";
    private static final int FIRST_PORT = 17640;
    private static final int PORTS_EACH = 2;

    @Option(
            names = "--only",
            split = ",",
            description = "of nio, nio-spin, netty, aeron, rtrs, rtrs-spin, iperf3; all if not given")
    private List<String> only = new ArrayList<>();

    @Option(names = "--load", description = "write:BLOCKSIZE:DEPTH or read:BLOCKSIZE:DEPTH; all if not given")
    private List<String> loads = new ArrayList<>();

    @Option(names = "--warm-up", defaultValue = "6", description = "seconds before each load counts (${DEFAULT-VALUE})")
    private double warmUp;

    @Option(names = "--runtime", defaultValue = "5", description = "seconds that each load counts (${DEFAULT-VALUE})")
    private double runTime;

    @Option(names = "--verify", description = "compares contents in place of measuring")
    private boolean verify;

    @Option(names = "--output", description = "writes the table there too")
    private Path output = Path.of("");

    private final ResultTable table = new ResultTable();
    private int failures;

    /** Exits with 0 if all went well, 1 if a transport failed, 2 if an argument is wrong. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new ComparePeers()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        List<String> chosen = only.isEmpty() ? all() : only;
        for (String name : chosen) {
            if (!all().contains(name)) {
                throw new CommandLine.ParameterException(
                        new CommandLine(this), "no peer is called " + name + "; there are " + String.join(", ", all()));
            }
        }
        System.out.println(head());
        int port = FIRST_PORT;
        for (String name : chosen) {
            try {
                if (!name.equals(IPERF)) {
                    measure(name, port);
                } else if (!verify) {
                    stream(port);
                }
            } catch (IOException e) {
                failures++;
                System.out.println("FAILED " + name + ": " + e.getMessage());
            }
            port += PORTS_EACH;
        }
        if (!verify) {
            String text = head() + "\n\n" + table.text();
            System.out.println("\n" + table.text());
            if (!output.toString().isEmpty()) {
                Files.writeString(output, text);
            }
        }
        return failures == 0 ? 0 : 1;
    }

    private static List<String> all() {
        List<String> names = new ArrayList<>(
                Arrays.stream(PeerKind.values()).map(PeerKind::option).toList());
        names.add(IPERF);
        return names;
    }

    private String head() {
        return String.format(
                Locale.ROOT,
                "%s, %d CPUs, %s %s, Java %s; client and server as two processes on loopback, %.0f s warm-up and %.0f s"
                        + " counted for each load.",
                Instant.now().truncatedTo(ChronoUnit.MINUTES),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.version"),
                warmUp,
                runTime);
    }

    private void measure(String name, int port) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("--peer", name, "--port", Integer.toString(port)));
        arguments.addAll(List.of("--warm-up", Double.toString(warmUp), "--runtime", Double.toString(runTime)));
        for (String load : loads) {
            arguments.addAll(List.of("--load", load));
        }
        if (verify) {
            arguments.add("--verify");
        }
        String title = name;
        try (ChildJvm client = new ChildJvm(PeerClientMain.class, name + "-client", arguments)) {
            for (String line = client.lines().readLine();
                    line != null;
                    line = client.lines().readLine()) {
                if (line.startsWith("title ")) {
                    title = line.substring("title ".length());
                } else if (Measured.isLine(line)) {
                    report(title, Measured.parse(line));
                } else {
                    System.out.println(line);
                }
            }
            if (client.await() != 0) {
                failures++;
                System.out.println("FAILED " + name + ": exit code " + client.await());
            }
        }
    }

    private void report(String title, Measured result) {
        table.add(title, result);
        System.out.printf(
                Locale.ROOT,
                "%-30s %-16s %s%n",
                title,
                result.shape(),
                verify
                        ? (result.failed() == 0 ? "verified" : "DIFFERENT in " + result.failed() + " requests")
                        : String.format(
                                Locale.ROOT,
                                "%9.0f IO/s %6.2f GB/s  p50 %7.1f us  p99 %7.1f us  B/IO %.2f client %.2f server%s",
                                result.perSecond(),
                                result.bytesPerSecond() / 1e9,
                                result.p50Us(),
                                result.p99Us(),
                                result.clientBytes(),
                                result.serverBytes(),
                                result.failed() == 0 ? "" : "  FAILED " + result.failed()));
    }

    private void stream(int port) throws IOException, InterruptedException {
        if (!Iperf.isInstalled()) {
            System.out.println("iperf3 is not installed; left out");
            return;
        }
        double write = Iperf.bytesPerSecond(port, warmUp, runTime, false);
        double read = Iperf.bytesPerSecond(port + 1, warmUp, runTime, true);
        System.out.printf(Locale.ROOT, "%-30s %.2f GB/s, reverse %.2f%n", "iperf3 -l 128K", write / 1e9, read / 1e9);
        table.addStream("iperf3 -l 128K", write, read);
    }
}
