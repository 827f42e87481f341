package io.rtrs.bench.connections;

import io.rtrs.bench.Arguments;
import io.rtrs.bench.network.Place;
import io.rtrs.bench.peers.work.Shape;
import io.rtrs.bench.rounds.Outcome;
import io.rtrs.bench.rounds.Outcomes;
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
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** Measures every number of connections with every number of submitting threads, for each way of waiting in turn. */
@Command(
        name = "connections",
        mixinStandardHelpOptions = true,
        description = {
            "Measures RTRS over softroce between two processes on loopback: connections × submitting threads, for each way"
                    + " of waiting.",
            "",
            "Settings of the same threads and connections are measured right after each other, round after round. The"
                    + " tables hold medians, the worst round in parentheses."
        })
public final class ConnectionsMain implements Callable<Integer> {
    private static final int FIRST_PORT = 17440;

    @Spec
    @SuppressWarnings("NullAway.Init") // set before the call
    private CommandSpec spec;

    @Option(
            names = "--connections",
            split = ",",
            defaultValue = "1,2,4,8",
            description = "numbers of IO connections, or 'default' (${DEFAULT-VALUE})")
    private List<String> connections = new ArrayList<>();

    @Option(
            names = "--threads",
            split = ",",
            defaultValue = "async,1,2,4,8,16,32,64",
            description =
                    "numbers of threads that wait for each answer, or 'async': callbacks that keep --depth requests in"
                            + " flight (${DEFAULT-VALUE})")
    private List<String> threads = new ArrayList<>();

    @Option(
            names = "--wait",
            split = ",",
            defaultValue = "spin,events,default",
            description =
                    "ways of waiting (${DEFAULT-VALUE}); default@1 and the like: with so many loops for the connections of a"
                            + " path")
    private List<String> waits = new ArrayList<>();

    @Option(
            names = "--load",
            defaultValue = "write:4096",
            description = "write:BLOCKSIZE or read:BLOCKSIZE (${DEFAULT-VALUE})")
    private String load = "";

    @Option(names = "--depth", defaultValue = "32", description = "requests in flight of async (${DEFAULT-VALUE})")
    private int depth;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "times that everything is measured (${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--first-warm-up",
            defaultValue = "10",
            description = "seconds of all settings in turn before the first round: until compilers are done"
                    + " (${DEFAULT-VALUE})")
    private double firstWarmUp;

    @Option(
            names = "--warm-up",
            defaultValue = "0.3",
            description = "seconds before each setting counts (${DEFAULT-VALUE})")
    private double warmUp;

    @Option(
            names = "--runtime",
            defaultValue = "0.5",
            description = "seconds that each setting counts (${DEFAULT-VALUE})")
    private double runTime;

    @Option(
            names = "--quick",
            description = "half a minute: --connections default,1 --threads async,8, whatever these say")
    private boolean quick;

    @Option(names = "--output", description = "writes the tables there too, after each round")
    private Path output = Path.of("");

    private final Outcomes<Setting> outcomes = new Outcomes<>();
    private long failed;

    /** Exits with 0 if all went well, 1 if requests failed, 2 if an argument is wrong. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** A command line that says in one line why a run failed. */
    static CommandLine commandLine() {
        return Arguments.commandLine(new ConnectionsMain());
    }

    @Override
    public Integer call() throws Exception {
        if (quick) {
            connections = List.of(Setting.DEFAULT, "1");
            threads = List.of(Setting.ASYNC_NAME, "8");
        }
        List<Integer> numbers = numbers("--connections", connections, Setting.DEFAULT, 4094);
        List<Integer> submitters = numbers("--threads", threads, Setting.ASYNC_NAME, 2 * Shape.DEPTH_MAX);
        BlockKind kind = checked("--load", load, BlockKind::parse);
        waits.forEach(wait -> checked("--wait", wait, Waits::parse));
        waits.forEach(wait -> checked("--wait", wait, Waits::loops));
        Arguments arguments = new Arguments(spec);
        arguments.atLeast("--rounds", rounds, 1);
        arguments.atLeast("--depth", depth, 1);
        if (depth > 2 * Shape.DEPTH_MAX) {
            throw arguments.wrong("--depth", depth, "the server takes " + 2 * Shape.DEPTH_MAX + " requests");
        }
        arguments.seconds("--first-warm-up", firstWarmUp);
        arguments.seconds("--warm-up", warmUp);
        arguments.someSeconds("--runtime", runTime);
        arguments.writable("--output", output);
        MatrixTables tables = new MatrixTables(outcomes, waits, numbers, submitters, depth);
        String head = head(kind);
        System.out.println(head);
        try (Pair pair = Pair.start(Place.LOOPBACK, waits, FIRST_PORT, 1)) {
            rehearse(pair, settings(numbers, submitters), kind);
            for (int round = 1; round <= rounds; round++) {
                for (Setting setting : settings(numbers, submitters)) {
                    measure(pair, setting, kind, round);
                }
                if (!output.toString().isEmpty()) {
                    Files.writeString(output, head + "\n\n" + tables.text());
                }
            }
        }
        System.out.println("\n" + tables.text());
        return failed == 0 ? 0 : 1;
    }

    /** In the order of measuring: those that are compared are next to each other. */
    private List<Setting> settings(List<Integer> numbers, List<Integer> submitters) {
        List<Setting> settings = new ArrayList<>();
        for (int submitter : submitters) {
            for (int number : numbers) {
                waits.forEach(waiting -> settings.add(new Setting(waiting, number, submitter)));
            }
        }
        return settings;
    }

    /** Twice, so that the second time meets what the first has had compiled. */
    private void rehearse(Pair pair, List<Setting> settings, BlockKind kind) throws IOException {
        double each = firstWarmUp / settings.size() / 2;
        for (int time = 0; time < 2; time++) {
            for (Setting setting : settings) {
                failed += pair.run(job(setting, kind, 0, each)).failed();
            }
        }
    }

    private Job job(Setting setting, BlockKind kind, double before, double counted) {
        return new Job(setting.waiting(), setting.connections(), setting.threads(), kind, depth, before, counted);
    }

    private void measure(Pair pair, Setting setting, BlockKind kind, int round) throws IOException {
        Outcome outcome = pair.run(job(setting, kind, warmUp, runTime));
        outcomes.add(setting, round, outcome);
        failed += outcome.failed();
        System.out.printf(
                Locale.ROOT,
                "%d/%d %-16s %-16s %-16s %s%n",
                round,
                rounds,
                setting.threadsTitle(depth),
                setting.connectionsTitle(),
                setting.waiting(),
                outcome.figures());
    }

    private String head(BlockKind kind) {
        return String.format(
                Locale.ROOT,
                "%s, %d CPUs, %s %s, Java %s; %s, client and server as two processes on loopback, %.1f s warm-up and %.1f s"
                        + " counted for each setting, rounds: %d.",
                Instant.now().truncatedTo(ChronoUnit.MINUTES),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.version"),
                kind,
                warmUp,
                runTime,
                rounds);
    }

    private List<Integer> numbers(String option, List<String> texts, String word, int most) {
        List<Integer> numbers = new ArrayList<>();
        for (String text : texts) {
            int number = text.equals(word) ? 0 : text.matches("\\d{1,9}") ? Integer.parseInt(text) : -1;
            if (number < 0 || (number == 0 && !text.equals(word)) || number > most) {
                throw new Arguments(spec)
                        .wrong(option, text, "numbers of 1 to " + most + " are possible, and '" + word + "'");
            }
            numbers.add(number);
        }
        return numbers.stream().distinct().toList();
    }

    private <T> T checked(String option, String value, Function<String, T> parser) {
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage(), e);
        }
    }
}
