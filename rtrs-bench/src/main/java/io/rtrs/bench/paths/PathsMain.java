package io.rtrs.bench.paths;

import io.rtrs.bench.Arguments;
import io.rtrs.bench.child.ChildJvm;
import io.rtrs.bench.load.BlockingLoad;
import io.rtrs.bench.load.Load;
import io.rtrs.bench.load.LoadOptions;
import io.rtrs.bench.rounds.Outcome;
import io.rtrs.bench.rounds.Outcomes;
import io.rtrs.client.ClientSession;
import io.rtrs.client.RtrsClient;
import io.rtrs.verbs.VerbsProviders;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Measures sessions of one path and of two, policies, and numbers of submitting threads, round after round. */
@Command(
        name = "paths",
        mixinStandardHelpOptions = true,
        description = {
            "Measures RTRS over softroce between two processes that two cables join.",
            "",
            "paths: a session of two paths against one. policies: the ways of choosing a path, while the first is slow."
                    + " submitters: 1 to 64 threads that wait for each answer, on a session of two paths.",
            "",
            "Settings that are compared are measured right after each other, round after round, each on a session of its own."
                    + " The tables hold medians, the worst round in parentheses."
        })
public final class PathsMain implements Callable<Integer> {
    private static final int PORT_MAX = 65535;

    /** So long that no path breaks because it is slow. */
    private static final int SILENCE_MS = 30_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // set before the call
    private CommandSpec spec;

    @Option(names = "--path", required = true, description = "SOURCE@SERVER, addresses; give two")
    private List<String> paths = new ArrayList<>();

    @Option(names = "--server-namespace", defaultValue = "", description = "network namespace of the server")
    private String namespace = "";

    @Option(
            names = "--device",
            defaultValue = "",
            description = "network device of the first path, called alike at both ends; 'policies' slows it down")
    private String device = "";

    @Option(names = "--port", defaultValue = "1234", description = "the server's port (${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--part",
            split = ",",
            defaultValue = "paths,policies,submitters",
            description = "what to measure (${DEFAULT-VALUE})")
    private List<String> partNames = new ArrayList<>();

    @Option(
            names = "--rate",
            defaultValue = "1gbit",
            description =
                    "what the slow path carries in 'policies', as tc has it (${DEFAULT-VALUE}); about a tenth of the fast"
                            + " one is meant, whose IO/s the table has")
    private String rate = "";

    @Option(
            names = "--heartbeat-ms",
            defaultValue = "100",
            description =
                    "heartbeat's interval (${DEFAULT-VALUE}): min-latency goes by it, so that several should fit into"
                            + " --warm-up")
    private int heartbeatMs;

    @Option(
            names = "--depth",
            defaultValue = "32",
            description = "requests in flight of 'paths' and 'policies' (${DEFAULT-VALUE})")
    private int depth;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "times that everything is measured (${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--warm-up",
            defaultValue = "0.5",
            description = "seconds before each setting counts (${DEFAULT-VALUE})")
    private double warmUp;

    @Option(
            names = "--runtime",
            defaultValue = "1.5",
            description = "seconds that each setting counts (${DEFAULT-VALUE})")
    private double runTime;

    private final Outcomes<Setting> outcomes = new Outcomes<>();
    private long failed;

    /** Exits with 0 if all went well, 1 if requests failed, 2 if an argument is wrong. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return Arguments.commandLine(new PathsMain());
    }

    @Override
    public Integer call() throws Exception {
        List<Part> parts = partNames.stream().map(this::part).distinct().toList();
        check(parts);
        System.out.println(head());
        List<String> arguments = new ArrayList<>(List.of(Integer.toString(port)));
        paths.forEach(path -> arguments.add(path.substring(path.indexOf('@') + 1)));
        try (ChildJvm server = new ChildJvm(namespace, PathsServerMain.class, "server", arguments)) {
            String line = server.readLine();
            while (!line.startsWith(PathsServerMain.READY)) {
                line = server.readLine();
            }
            // Round 0 is rehearsed: what counts meets code that is compiled for all settings.
            for (int round = 0; round <= rounds; round++) {
                for (Part part : parts) {
                    measure(part, round);
                }
            }
        }
        System.out.println("\n" + new PathsTables(outcomes, depth, rate).text(parts));
        System.out.printf(Locale.ROOT, "requests that failed: %d%n", failed);
        return failed == 0 ? 0 : 1;
    }

    private Part part(String name) {
        try {
            return Part.parse(name);
        } catch (IllegalArgumentException e) {
            throw new Arguments(spec).wrong("--part", name, String.valueOf(e.getMessage()));
        }
    }

    private void check(List<Part> parts) {
        Arguments arguments = new Arguments(spec);
        paths.forEach(path -> checkPath(arguments, path));
        if (paths.size() != 2 || paths.getFirst().equals(paths.getLast())) {
            throw arguments.wrong("--path", String.join(" --path ", paths), "two different ones are needed");
        }
        arguments.between("--port", port, 1, PORT_MAX);
        if (!rate.matches("[1-9]\\d{0,5}[kmg]bit")) {
            throw arguments.wrong("--rate", rate, "a number and kbit, mbit or gbit is needed, as in 1gbit");
        }
        if (parts.contains(Part.POLICIES) && device.isEmpty()) {
            throw arguments.wrong("--device is needed: 'policies' slows it down; or leave that out of --part");
        }
        arguments.atLeast("--heartbeat-ms", heartbeatMs, 1);
        arguments.between("--depth", depth, 1, PathsServerMain.QUEUE_DEPTH);
        arguments.atLeast("--rounds", rounds, 1);
        arguments.seconds("--warm-up", warmUp);
        arguments.someSeconds("--runtime", runTime);
    }

    private static void checkPath(Arguments arguments, String path) {
        try {
            int at = path.indexOf('@');
            InetAddress.ofLiteral(path.substring(0, Math.max(0, at)));
            InetAddress.ofLiteral(path.substring(at + 1));
        } catch (IllegalArgumentException e) {
            throw arguments.wrong("--path", path, "two IP addresses are needed, SOURCE@SERVER");
        }
    }

    @SuppressWarnings("try") // the cable only has to be slow
    private void measure(Part part, int round) throws IOException, InterruptedException {
        if (part == Part.POLICIES) {
            try (SlowCable slow = SlowCable.make(device, namespace, rate)) {
                measureAll(part, round);
            }
        } else {
            measureAll(part, round);
        }
    }

    private void measureAll(Part part, int round) throws IOException, InterruptedException {
        for (Setting setting : Setting.of(part, depth)) {
            Outcome outcome = run(setting);
            failed += outcome.failed();
            if (round > 0) {
                outcomes.add(setting, round, outcome);
            }
            System.out.printf(
                    Locale.ROOT,
                    "%-9s %-10s %-25s %s%n",
                    round == 0 ? "rehearsal" : round + "/" + rounds,
                    part.option(),
                    setting.title(),
                    outcome.figures());
        }
    }

    private Outcome run(Setting setting) throws IOException, InterruptedException {
        LoadOptions options = new LoadOptions(
                setting.pattern(),
                setting.blockSize(),
                setting.inFlight(),
                PathsServerMain.SPAN,
                (long) (warmUp * 1e9),
                (long) (runTime * 1e9));
        try (ClientSession session = open(setting)) {
            return Outcome.of(
                    setting.part() == Part.SUBMITTERS
                            ? BlockingLoad.run(session, options)
                            : Load.run(session, options));
        }
    }

    private ClientSession open(Setting setting) throws IOException {
        RtrsClient.Builder builder = RtrsClient.builder()
                .provider(VerbsProviders.named("softroce"))
                .sessionName("paths")
                .port(port)
                .policy(setting.policy())
                .heartbeat(Duration.ofMillis(heartbeatMs), Math.max(1, SILENCE_MS / heartbeatMs));
        for (String path : setting.route().of(paths)) {
            builder.path("ip:" + path.replace("@", "@ip:"));
        }
        return builder.open();
    }

    private String head() {
        return String.format(
                Locale.ROOT,
                "%s, %d CPUs, %s %s, Java %s; %.1f s warm-up and %.1f s counted for each setting, rounds: %d.",
                Instant.now().truncatedTo(ChronoUnit.MINUTES),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.version"),
                warmUp,
                runTime,
                rounds);
    }
}
