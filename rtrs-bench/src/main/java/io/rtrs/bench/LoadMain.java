package io.rtrs.bench;

import io.rtrs.bench.load.CompilerWork;
import io.rtrs.bench.load.Load;
import io.rtrs.bench.load.LoadOptions;
import io.rtrs.bench.load.LoadReport;
import io.rtrs.bench.load.MemoryBlocks;
import io.rtrs.client.ClientSession;
import io.rtrs.server.RtrsServer;
import io.rtrs.verbs.VerbsProvider;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Measures a list of loads one after the other, in one process, each after a warm-up of its own. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description = "Measures loads between a client and a server in this process.")
public final class LoadMain implements Callable<Integer> {
    /** One turn of all loads while warming up. */
    private static final double ROUND_SECONDS = 3;

    @Mixin
    private LoopOptions loop = new LoopOptions();

    @Option(
            names = "--load",
            required = true,
            description = "PATTERN:BLOCKSIZE:DEPTH, as in randread:4096:32; may be given more than once")
    private List<String> loads = new ArrayList<>();

    @Option(
            names = "--size",
            defaultValue = "268435456",
            description = "bytes of the server's memory (${DEFAULT-VALUE})")
    private long size;

    @Option(
            names = "--first-warm-up",
            defaultValue = "5",
            description =
                    "seconds of all loads in turn before the first one counts, at the least: until the compilers are"
                            + " quiet (${DEFAULT-VALUE})")
    private double firstWarmUp;

    @Option(
            names = "--longest-warm-up",
            defaultValue = "120",
            description = "seconds after which the first load counts whatever the compilers do (${DEFAULT-VALUE})")
    private double longestWarmUp;

    @Option(
            names = "--warm-up",
            defaultValue = "1",
            description = "seconds before each load is counted (${DEFAULT-VALUE})")
    private double warmUp;

    @Option(names = "--runtime", defaultValue = "3", description = "seconds each load is counted (${DEFAULT-VALUE})")
    private double runTime;

    @Option(names = "--label", defaultValue = "JAVA", description = "first word of each result line")
    private String label = "";

    /** Exits with 0 if no request failed, 1 if the run failed, 2 if an argument is wrong. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** A command line that says in one line why a run failed. */
    static CommandLine commandLine() {
        return Arguments.commandLine(new LoadMain());
    }

    @Override
    @SuppressWarnings("try") // the server only has to be there
    public Integer call() throws Exception {
        List<LoadOptions> parsed = new ArrayList<>();
        for (String load : loads) {
            parsed.add(parse(load));
        }
        VerbsProvider verbs = loop.provider();
        long errors = 0;
        try (MemoryBlocks blocks = new MemoryBlocks(size, false);
                RtrsServer server = loop.serve(verbs, blocks);
                ClientSession session = loop.connect(verbs)) {
            errors += warmUp(session, parsed);
            for (int i = 0; i < parsed.size(); i++) {
                LoadReport report = run(session, parsed.get(i), warmUp, runTime);
                errors += report.errors();
                System.out.printf(
                        Locale.ROOT,
                        "%s %s always_invalidate %s iops %.0f MiB/s %.1f p50_us %.1f p99_us %.1f errors %d%n",
                        label,
                        loads.get(i),
                        loop.alwaysInvalidate() ? "Y" : "N",
                        report.iops(),
                        report.bytesPerSecond() / (1 << 20),
                        report.latencyNs().getValueAtPercentile(50) / 1e3,
                        report.latencyNs().getValueAtPercentile(99) / 1e3,
                        report.errors());
            }
        }
        return errors == 0 ? 0 : 1;
    }

    /** Runs the loads in turn until the compilers, which may share the CPU with them, have nothing left to do. */
    private long warmUp(ClientSession session, List<LoadOptions> all) throws Exception {
        CompilerWork compilers = new CompilerWork();
        long errors = 0;
        do {
            for (LoadOptions options : all) {
                errors += run(session, options, 0, ROUND_SECONDS / all.size()).errors();
            }
        } while (compilers.elapsedSeconds() < firstWarmUp
                || (compilers.busy() && compilers.elapsedSeconds() < longestWarmUp));
        return errors;
    }

    private static LoadReport run(ClientSession session, LoadOptions options, double warmUp, double runTime)
            throws Exception {
        return Load.run(
                session,
                new LoadOptions(
                        options.pattern(),
                        options.blockSize(),
                        options.queueDepth(),
                        options.span(),
                        (long) (warmUp * 1e9),
                        (long) (runTime * 1e9)));
    }

    private LoadOptions parse(String load) {
        String[] parts = load.split(":", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("--load " + load + ": PATTERN:BLOCKSIZE:DEPTH is needed");
        }
        return new LoadOptions(
                LoadOptions.Pattern.valueOf(parts[0].toUpperCase(Locale.ROOT)),
                Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]),
                size,
                0,
                1);
    }
}
