package io.rtrs.bench.peers;

import io.rtrs.bench.Arguments;
import io.rtrs.bench.connections.Sharing;
import io.rtrs.bench.network.Cable;
import io.rtrs.bench.network.Place;
import io.rtrs.bench.peers.work.Shape;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/** Measures load after load, each with all transports in turn, as many rounds as asked for, and writes the tables. */
@Command(
        name = "compare-peers",
        mixinStandardHelpOptions = true,
        description = {
            "Measures RTRS over softroce and what a user would pick instead, side by side.",
            "",
            "Each round takes load after load, and for a load each transport in turn, with a client and a server process"
                    + " of its own: what stands in one column was measured right after each other. A client first runs"
                    + " each of the table's loads for a moment (--rehearsal), then the load itself (--warm-up), recorded"
                    + " as later but forgotten, then what counts (--runtime); all transports alike. iperf3 and"
                    + " ucx_perftest do no work on the data and warm up for 2 s at most."
        })
public final class ComparePeers implements Callable<Integer> {
    private static final int FIRST_PORT = 17640;
    private static final int PORTS = 128;
    private static final int PORTS_EACH = 2;
    private static final int CONNECTIONS_MAX = 64;
    private static final String DEFAULT = "default";
    private static final String RTRS = "rtrs";
    private static final List<PeerKind> COMPARED = List.of(PeerKind.RTRS_DEFAULT, PeerKind.RTRS_SPIN, PeerKind.RTRS);

    @Spec
    @SuppressWarnings("NullAway.Init") // set before the call
    private CommandSpec spec;

    @Option(
            names = "--only",
            split = ",",
            description =
                    "of nio, nio-spin, netty, aeron, jucx, rtrs-default, rtrs, rtrs-spin, iperf3, ucx; all if not given")
    private List<String> only = new ArrayList<>();

    @Option(names = "--load", description = "write:BLOCKSIZE:DEPTH or read:BLOCKSIZE:DEPTH; all if not given")
    private List<String> loads = new ArrayList<>();

    @Option(
            names = "--connections",
            split = ",",
            description = "IO connections of each RTRS, or 'default', a row for each; if not given, 'default' of"
                    + " rtrs-default and 1 of the others")
    private List<String> connections = new ArrayList<>();

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description =
                    "times that everything is measured; the tables hold medians with the worst in parentheses, and"
                            + " with more than one, others hold ratios of each round (${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--rehearsal",
            defaultValue = "0.5",
            description = "seconds of each of the table's six loads before a client's load (${DEFAULT-VALUE})")
    private double rehearsal;

    @Option(
            names = "--warm-up",
            defaultValue = "10",
            description = "seconds before each load counts; two processors compile for ten (${DEFAULT-VALUE})")
    private double warmUp;

    @Option(names = "--runtime", defaultValue = "5", description = "seconds that each load counts (${DEFAULT-VALUE})")
    private double runTime;

    @Option(names = "--verify", description = "compares contents in place of measuring")
    private boolean verify;

    @Option(names = "--output", description = "writes the tables there too, after each round")
    private Path output = Path.of("");

    @Option(
            names = "--namespaces",
            description = "client and server in two network namespaces that it makes and removes, with a cable between"
                    + " them; takes root, and measures what can cross a network; adds two clients of one server")
    private boolean namespaces;

    @Option(
            names = "--mtu",
            split = ",",
            defaultValue = "1500,9000",
            description = "MTUs of that cable, tables for each (${DEFAULT-VALUE})")
    private List<String> mtus = new ArrayList<>();

    @Option(
            names = "--loss",
            paramLabel = "PERCENT",
            defaultValue = "0",
            description = "packets of a hundred that this cable loses, in each direction; its ends then put no packets"
                    + " together, and it takes the programs ethtool and nft (${DEFAULT-VALUE})")
    private String loss = "0";

    private final Map<Place, Results> results = new LinkedHashMap<>();
    private final Map<Place, Sharing> sharing = new LinkedHashMap<>();
    private int failures;
    private int port = FIRST_PORT;

    /** Exits with 0 if all went well, 1 if a transport failed, 2 if an argument is wrong. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return Arguments.commandLine(new ComparePeers());
    }

    @Override
    public Integer call() throws Exception {
        List<Shape> shapes = shapes();
        Arguments arguments = new Arguments(spec);
        arguments.atLeast("--rounds", rounds, 1);
        arguments.seconds("--rehearsal", rehearsal);
        arguments.seconds("--warm-up", warmUp);
        arguments.someSeconds("--runtime", runTime);
        if (!namespaces && spec.commandLine().getParseResult().hasMatchedOption("--mtu")) {
            throw arguments.wrong("--mtu", String.join(",", mtus), "loopback has its own; add --namespaces");
        }
        List<Contender> contenders = contenders(shapes);
        List<Integer> checked = mtus.stream().map(this::mtu).distinct().toList();
        double lossPercent = lossPercent();
        arguments.writable("--output", output);
        if (!namespaces) {
            return compare(List.of(Place.LOOPBACK), shapes, contenders);
        }
        String obstacle = Cable.obstacle();
        if (!obstacle.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--namespaces: " + obstacle);
        }
        Cable.removeLeftovers();
        List<Cable> cables = new ArrayList<>();
        try {
            for (int mtu : checked) {
                cables.add(Cable.lay(mtu, lossPercent));
            }
            return compare(cables.stream().map(Cable::place).toList(), shapes, contenders);
        } finally {
            cables.forEach(Cable::close);
        }
    }

    private double lossPercent() {
        try {
            double percent = Cable.parsePercent(loss);
            if (percent > 0 && !namespaces) {
                throw new IllegalArgumentException(loss + ": loopback loses nothing; add --namespaces");
            }
            return percent;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--loss " + e.getMessage(), e);
        }
    }

    private int mtu(String text) {
        try {
            return Cable.parseMtu(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--mtu " + e.getMessage(), e);
        }
    }

    private int compare(List<Place> places, List<Shape> shapes, List<Contender> contenders)
            throws IOException, InterruptedException {
        System.out.println(head());
        for (Place place : places) {
            results.put(place, new Results());
            sharing.put(place, new Sharing());
        }
        String tables = "";
        for (int round = 1; round <= rounds; round++) {
            for (Place place : places) {
                measure(place, shapes, contenders, round);
            }
            tables = tables(shapes, contenders);
            if (!verify && !output.toString().isEmpty()) {
                Files.writeString(output, head() + "\n\n" + tables);
            }
        }
        if (!verify) {
            System.out.println("\n" + tables);
        }
        return failures == 0 ? 0 : 1;
    }

    private void measure(Place place, List<Shape> shapes, List<Contender> contenders, int round)
            throws InterruptedException {
        for (Shape shape : shapes) {
            for (Contender contender : contenders) {
                if (contender.takes(shape)) {
                    measure(contender, shape, place, round);
                }
            }
        }
        boolean hasRtrs =
                contenders.stream().anyMatch(contender -> contender.option().startsWith(RTRS));
        if (!place.isLoopback() && hasRtrs && !verify) {
            share(place);
        }
    }

    private void share(Place place) {
        try {
            double first = rehearsal * Shape.ALL.size() + warmUp;
            if (Objects.requireNonNull(sharing.get(place)).measure(place, nextPort(), first, warmUp, runTime) > 0) {
                failures++;
            }
        } catch (IOException e) {
            failures++;
            System.out.println("FAILED two clients: " + e.getMessage());
        }
    }

    private List<Shape> shapes() {
        try {
            return loads.isEmpty()
                    ? Shape.ALL
                    : loads.stream().map(Shape::parse).distinct().toList();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private List<Contender> contenders(List<Shape> shapes) {
        List<Contender> chosen = new ArrayList<>(all());
        List<String> names = chosen.stream().map(Contender::option).toList();
        for (String name : only) {
            if (!names.contains(name)) {
                throw new ParameterException(
                        spec.commandLine(), "no peer is called " + name + "; there are " + String.join(", ", names));
            }
        }
        chosen.removeIf(contender -> !only.isEmpty() && !only.contains(contender.option()));
        leaveOut(chosen, "--verify", "compares no contents", peer -> verify && !(peer instanceof JvmContender));
        leaveOut(chosen, "--namespaces", "crosses no network", peer -> namespaces && !peer.crossesNetworks());
        leaveOut(chosen, "--only", "is not installed", peer -> !peer.isInstalled());
        leaveOut(chosen, "--load", "has no such load", peer -> shapes.stream().noneMatch(peer::takes));
        return chosen;
    }

    /** Says so; if nobody is left, the option is wrong. */
    private void leaveOut(List<Contender> chosen, String option, String why, Predicate<Contender> condition) {
        List<Contender> out = chosen.stream().filter(condition).toList();
        chosen.removeAll(out);
        List<String> sentences = out.stream()
                .map(contender -> contender.option() + " " + why)
                .distinct()
                .toList();
        if (chosen.isEmpty() && !out.isEmpty()) {
            throw new Arguments(spec).wrong(option + ": nothing is left to measure: " + String.join(", ", sentences));
        }
        sentences.forEach(sentence -> System.out.println(sentence + "; left out"));
    }

    private List<Contender> all() {
        Timing timing = new Timing(rehearsal, warmUp, runTime);
        List<Contender> all = new ArrayList<>();
        for (PeerKind kind : PeerKind.values()) {
            for (int number : connectionsOf(kind)) {
                all.add(new JvmContender(kind, number, timing, verify));
            }
        }
        all.add(new Iperf(timing));
        all.add(new Ucx(timing));
        return all;
    }

    private List<Integer> connectionsOf(PeerKind kind) {
        if (!kind.takesConnections() || connections.isEmpty()) {
            return List.of(kind.connections());
        }
        return connections.stream().map(this::number).distinct().toList();
    }

    private int number(String text) {
        if (text.equals(DEFAULT)) {
            return 0;
        }
        int number = text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
        if (number < 1 || number > CONNECTIONS_MAX) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--connections " + text + ": numbers of 1 to " + CONNECTIONS_MAX + " are possible, and '" + DEFAULT
                            + "'");
        }
        return number;
    }

    private String head() {
        return String.format(
                Locale.ROOT,
                "%s, %d CPUs, %s %s, Java %s; client and server as two processes %s, %.1f s of rehearsal, %.0f s"
                        + " warm-up and %.0f s counted for each load, rounds: %d.",
                Instant.now().truncatedTo(ChronoUnit.MINUTES),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.version"),
                namespaces ? "in two network namespaces" : "on loopback",
                rehearsal * Shape.ALL.size(),
                warmUp,
                runTime,
                rounds);
    }

    private void measure(Contender contender, Shape shape, Place place, int round) throws InterruptedException {
        try {
            Measured result = contender.measure(shape, place, nextPort());
            if (result.failed() > 0) {
                failures++;
            }
            Objects.requireNonNull(results.get(place)).add(contender.title(), round, result);
            System.out.printf(
                    Locale.ROOT,
                    "%d/%d %s%-16s %-40s %s%n",
                    round,
                    rounds,
                    place.isLoopback() ? "" : place.title() + ": ",
                    shape,
                    contender.title(),
                    verify ? verified(result) : result.figures());
        } catch (IOException e) {
            failures++;
            System.out.println("FAILED " + contender.option() + " " + shape + ": " + e.getMessage());
        }
    }

    /** Others than the last ones: connections of those may not be forgotten yet. */
    private int nextPort() {
        port = FIRST_PORT + (port - FIRST_PORT + PORTS_EACH) % PORTS;
        return port;
    }

    private static String verified(Measured result) {
        return result.failed() == 0 ? "verified" : "DIFFERENT in " + result.failed() + " requests";
    }

    private String tables(List<Shape> shapes, List<Contender> contenders) {
        StringBuilder text = new StringBuilder();
        results.forEach((place, measured) -> {
            if (!place.isLoopback()) {
                text.append("Between ").append(place.title()).append(":\n\n");
            }
            text.append(new ResultTable(measured).text()).append('\n');
            if (rounds > 1) {
                appendRatios(text, measured, shapes, contenders);
            }
            text.append(Objects.requireNonNull(sharing.get(place)).text());
        });
        return text.toString();
    }

    private static void appendRatios(
            StringBuilder text, Results measured, List<Shape> shapes, List<Contender> contenders) {
        RatioTable ratios = new RatioTable(measured, shapes);
        for (PeerKind compared : COMPARED) {
            contenders.stream()
                    .filter(contender -> contender.option().equals(compared.option()))
                    .filter(contender -> measured.titles().contains(contender.title()))
                    .findFirst()
                    .ifPresent(contender ->
                            text.append(ratios.text(contender.title())).append('\n'));
        }
    }
}
