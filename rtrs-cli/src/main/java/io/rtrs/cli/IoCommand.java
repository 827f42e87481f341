package io.rtrs.cli;

import io.rtrs.cli.block.RemoteBlocks;
import io.rtrs.cli.doctor.Machine;
import io.rtrs.cli.load.Load;
import io.rtrs.cli.load.LoadReport;
import io.rtrs.cli.load.LoadShape;
import io.rtrs.cli.load.PatternContent;
import io.rtrs.cli.load.Phase;
import io.rtrs.cli.load.Summary;
import io.rtrs.cli.load.Timeline;
import io.rtrs.cli.report.Counted;
import io.rtrs.cli.report.Facts;
import io.rtrs.cli.report.Report;
import io.rtrs.cli.text.Progress;
import io.rtrs.cli.text.Sizes;
import io.rtrs.client.ClientPath;
import io.rtrs.client.ClientSession;
import io.rtrs.client.MultipathPolicy;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.path.RdmaAddress;
import io.rtrs.verbs.Counter;
import io.rtrs.verbs.CounterSnapshot;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** Load on a server that {@code serve} runs. */
@Command(name = "io", description = "Load on a server that \"rtrs serve\" runs.")
final class IoCommand implements Callable<Integer> {
    private static final Duration DEFAULT_RUNTIME = Duration.ofSeconds(10);

    /** What load, as fio calls it. */
    enum Pattern {
        WRITE(0, false),
        READ(100, false),
        RANDWRITE(0, true),
        RANDREAD(100, true),
        RANDRW(50, true);

        final int readPercent;
        final boolean random;

        Pattern(int readPercent, boolean random) {
            this.readPercent = readPercent;
            this.random = random;
        }

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** How a session with several paths chooses one. */
    enum Policy {
        ROUND_ROBIN(MultipathPolicy.ROUND_ROBIN),
        MIN_INFLIGHT(MultipathPolicy.MIN_INFLIGHT),
        MIN_LATENCY(MultipathPolicy.MIN_LATENCY);

        final MultipathPolicy meaning;

        Policy(MultipathPolicy meaning) {
            this.meaning = meaning;
        }

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /** The name of a pattern. */
    static final class PatternName implements ITypeConverter<Pattern> {
        @Override
        public Pattern convert(String value) {
            return Arguments.oneOf(Pattern.values(), value);
        }
    }

    /** The name of a policy. */
    static final class PolicyName implements ITypeConverter<Policy> {
        @Override
        public Policy convert(String value) {
            return Arguments.oneOf(Policy.values(), value);
        }
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private ProviderOptions providers = new ProviderOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(
            names = "--connect",
            required = true,
            paramLabel = "PATH",
            converter = Arguments.Path.class,
            description =
                    "ip:SOURCE@ip:DESTINATION or ip:DESTINATION; repeat it for more paths, among which --policy chooses (one"
                            + " that breaks comes back by itself when it can)")
    private List<PathAddress> paths = new ArrayList<>();

    @Option(
            names = "--rw",
            required = true,
            paramLabel = "PATTERN",
            converter = PatternName.class,
            description = "${COMPLETION-CANDIDATES}")
    @SuppressWarnings("NullAway.Init") // required
    private Pattern rw;

    @Option(
            names = "--bs",
            paramLabel = "SIZE",
            converter = Arguments.BlockSize.class,
            defaultValue = "4K",
            description = "bytes of a block (${DEFAULT-VALUE})")
    private int blockSize;

    @Option(
            names = "--qd",
            paramLabel = "N",
            converter = Arguments.Count.class,
            defaultValue = "32",
            description = "requests in flight of each job (${DEFAULT-VALUE})")
    private int queueDepth;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            converter = Arguments.Count.class,
            defaultValue = "1",
            description = "streams of requests, each on its part of the memory (${DEFAULT-VALUE})")
    private int jobs;

    @Option(
            names = "--runtime",
            paramLabel = "TIME",
            converter = Arguments.Time.class,
            description = "how long (10s, or until --size); with --size, whichever comes first ends it")
    private @Nullable Duration runtime;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            converter = Arguments.Size.class,
            description = "how many bytes; if the server has more memory, only so much of it is used")
    private @Nullable Long size;

    @Option(
            names = "--mix",
            paramLabel = "PERCENT",
            converter = Arguments.Percent.class,
            description = "how many of a hundred requests of randrw read (50)")
    private @Nullable Integer mix;

    @Option(
            names = "--verify",
            description =
                    "write what can be told apart, read it back and compare; before a pattern that reads, all of the"
                            + " memory that is used is written")
    private boolean verify;

    @Option(
            names = "--policy",
            paramLabel = "POLICY",
            converter = PolicyName.class,
            defaultValue = "round-robin",
            description = "how requests choose among several paths: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})")
    private Policy policy = Policy.ROUND_ROBIN;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            converter = Arguments.Pause.class,
            defaultValue = "0s",
            description =
                    "how long a request that no path takes waits for one, such as while the server is started again; then it"
                            + " fails (${DEFAULT-VALUE})")
    private Duration wait = Duration.ZERO;

    @Option(names = "--verbose", description = "print all that the provider counted during the load, too")
    private boolean verbose;

    @Option(
            names = "--hgrm",
            paramLabel = "FILE",
            description = "write the latencies' percentiles in HdrHistogram's format, in microseconds")
    private @Nullable Path hgrm;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description =
                    "write a page for a browser: throughput and latency over time, their distribution, machine and"
                            + " path; HTML that needs no other file")
    private @Nullable Path page;

    @Override
    public Integer call() throws Exception {
        checkArguments();
        try (IoFiles files = IoFiles.open(spec.commandLine(), hgrm, page);
                Interruption interruption = new Interruption(false, spec)) {
            VerbsProvider verbs = providers.reaching(paths.getFirst());
            Outcome outcome;
            interruption.opens();
            try (ClientSession session = connect(verbs)) {
                outcome = run(session, verbs, files.timeline(), interruption);
            }
            int exit = report(outcome, interruption.requested());
            files.write(pageOf(outcome, interruption.requested()));
            return exit;
        }
    }

    private Report pageOf(Outcome outcome, boolean interrupted) {
        List<String> command = new ArrayList<>(List.of("rtrs"));
        command.addAll(spec.root().commandLine().getParseResult().originalArgs());
        Map<String, String> facts = Facts.machine(Machine.here());
        facts.putAll(outcome.facts());
        Counted.causes(outcome.counted()).ifPresent(causes -> facts.put("counted here", causes));
        facts.put(
                "load",
                rw + ", blocks of " + Sizes.exact(blockSize) + ", " + queueDepth + " in flight, " + jobs
                        + (jobs == 1 ? " job, " : " jobs, ") + policy);
        return new Report(
                command,
                ending(outcome, interrupted),
                facts,
                outcome.measured(),
                outcome.intervals(),
                outcome.counted().get(Counter.RETRANSMISSIONS).isPresent());
    }

    private String ending(Outcome outcome, boolean interrupted) {
        LoadReport all = outcome.all();
        String end = all.errors() > 0
                ? "Failed with " + all.errors() + " errors; the first: " + all.failure()
                : interrupted ? "Interrupted." : "Complete.";
        return end + (verify && all.errors() == 0 && !interrupted ? " All that was read equals what was written." : "");
    }

    private void checkArguments() {
        Arguments.Port.check(spec.commandLine(), providers.port());
        if (mix != null && rw != Pattern.RANDRW) {
            throw wrong("--mix", mix, "is for --rw randrw, not " + rw);
        }
        if (size != null && size < blockSize) {
            throw wrong("--size", Sizes.exact(size), "is less than one block of --bs " + Sizes.exact(blockSize));
        }
        if (runtime != null && !runtime.isPositive()) {
            throw wrong("--runtime", "0", "is not positive");
        }
        for (PathAddress path : paths) {
            if (path.destination() instanceof RdmaAddress.Gid) {
                throw wrong("--connect", path, "is a GID, and only IP addresses can be connected to: write ip:ADDRESS");
            }
        }
        if (paths.stream().distinct().count() < paths.size()) {
            throw wrong("--connect", repeated(paths), "is given twice, but paths must differ");
        }
        if ((long) queueDepth * jobs > 1 << 16) {
            throw wrong(
                    "--jobs",
                    jobs,
                    "with --qd " + queueDepth + " makes " + (long) queueDepth * jobs
                            + " requests in flight; no server takes more than 65536");
        }
    }

    private static PathAddress repeated(List<PathAddress> paths) {
        return paths.stream()
                .filter(path -> paths.indexOf(path) != paths.lastIndexOf(path))
                .findFirst()
                .orElseThrow();
    }

    private ParameterException wrong(String option, Object value, String why) {
        return Arguments.wrong(spec.commandLine(), option, value, why);
    }

    private ClientSession connect(VerbsProvider verbs) throws IOException {
        RtrsClient.Builder builder = RtrsClient.builder()
                .provider(verbs)
                .sessionName(sessionName())
                .port(providers.port())
                .policy(policy.meaning)
                .pathWait(wait);
        paths.forEach(path -> builder.path(path.toString()));
        return builder.open();
    }

    /** A server takes each name once. */
    private static String sessionName() {
        return "rtrs-io-" + HexFormat.of().toHexDigits(new SecureRandom().nextInt());
    }

    /**
     * @param counted what the provider counted meanwhile
     * @param broken why paths broke
     */
    private record Outcome(
            VerbsProvider verbs,
            CounterSnapshot counted,
            List<String> broken,
            Map<String, String> facts,
            List<Timeline.Interval> intervals,
            LoadReport measured,
            @Nullable LoadReport checked) {
        LoadReport all() {
            return checked == null ? measured : measured.then(checked);
        }
    }

    private Outcome run(
            ClientSession session, VerbsProvider verbs, @Nullable Timeline timeline, Interruption interruption)
            throws Exception {
        long memory = RemoteBlocks.size(session);
        LoadShape shape = new LoadShape(size == null ? memory : Math.min(memory, size), blockSize, queueDepth, jobs);
        new IoLimits(session.maxIoSize(), session.queueDepth(), memory)
                .check(spec.commandLine(), shape, verify ? Runtime.getRuntime().maxMemory() : Long.MAX_VALUE);
        long seed = System.nanoTime();
        try (Load load = new Load(session, shape, new PatternContent(seed), seed)) {
            interruption.stopsBy(load::stop);
            output.say(rw + ": bs=" + Sizes.exact(blockSize) + ", qd=" + queueDepth + ", jobs=" + jobs + ", on "
                    + Sizes.rounded(shape.span()) + " of "
                    + paths.stream().map(Object::toString).collect(Collectors.joining(", "))
                    + " port " + providers.port() + ", provider " + verbs.name());
            Map<String, String> facts = Facts.session(session, verbs.name(), providers.port());
            Progress progress = output.progress();
            PathNews news = new PathNews(session, line -> {
                progress.clear();
                output.note(line);
            });
            load.onLook(news::look);
            CounterSnapshot before = verbs.counters();
            if (verify && readPercent() > 0) {
                LoadReport prepared = load.run(Phase.writeAll("prepare"), progress);
                if (prepared.errors() > 0) {
                    List<String> broken = broken(session, news, load);
                    return new Outcome(verbs, counted(verbs, before), broken, facts, List.of(), prepared, null);
                }
            }
            LoadReport measured = load.run(measured(), progress, timeline, () -> repeated(verbs));
            CounterSnapshot counted = counted(verbs, before);
            boolean readBack = verify && readPercent() < 100 && measured.errors() == 0;
            LoadReport checked = readBack ? load.run(Phase.readBack("verify"), progress) : null;
            return new Outcome(
                    verbs,
                    counted,
                    broken(session, news, load),
                    facts,
                    timeline == null ? List.of() : timeline.intervals(),
                    measured,
                    checked);
        }
    }

    /** What an errno cannot say; tells the last news, too: what broke a load may have ended it before it was told. */
    private static List<String> broken(ClientSession session, PathNews news, Load load) {
        news.look();
        List<String> broken = new ArrayList<>();
        for (ClientPath path : session.paths()) {
            path.lastError().map(RtrsException::reason).ifPresent(broken::add);
        }
        broken.addAll(news.disconnected());
        if (load.foundDifference() && news.anyFell()) {
            broken.add("a path was down in between: if the server was started again, its memory began empty; rtrs serve"
                    + " --file keeps what was written");
        }
        return broken;
    }

    private static long repeated(VerbsProvider verbs) {
        return verbs.counters().count(Counter.RETRANSMISSIONS);
    }

    private static CounterSnapshot counted(VerbsProvider verbs, CounterSnapshot before) {
        return verbs.counters().since(before);
    }

    private int readPercent() {
        return mix != null ? mix : rw.readPercent;
    }

    private Phase measured() {
        long operations = size == null ? Phase.UNLIMITED : (size - 1) / blockSize + 1;
        Duration longest = runtime != null ? runtime : size == null ? DEFAULT_RUNTIME : null;
        long longestNs = longest == null ? Phase.UNLIMITED : longest.toNanos();
        return new Phase(
                rw.toString(), readPercent(), rw.random, verify, Phase.Bound.OPERATIONS, operations, longestNs);
    }

    private int report(Outcome outcome, boolean interrupted) {
        LoadReport measured = outcome.measured();
        LoadReport checked = outcome.checked();
        LoadReport all = outcome.all();
        boolean complete = all.errors() == 0 && !interrupted;
        Boolean verified = verify ? complete : null;
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            LoadReport figures = new LoadReport(
                    measured.read(), measured.write(), all.errors(), all.failure(), measured.elapsedNs());
            output.object(Summary.json(
                            new Summary.Run(verified, outcome.verbs().name(), rw.toString(), blockSize, queueDepth),
                            figures)
                    .put("counters", Counted.json(outcome.counted())));
        } else {
            out.print(Summary.paragraph("read", measured.read(), measured.seconds()));
            out.print(Summary.paragraph("write", measured.write(), measured.seconds()));
            Counted.causes(outcome.counted()).ifPresent(causes -> out.println("  counted here: " + causes));
            if (verbose) {
                out.print(Counted.table(outcome.counted()));
            }
            if (verify && complete) {
                long compared = measured.read().bytes()
                        + (checked == null ? 0 : checked.read().bytes());
                out.println("verified: " + compared + " bytes were read and equal what was written");
            }
        }
        if (all.errors() > 0) {
            PrintWriter err = spec.commandLine().getErr();
            err.println(spec.qualifiedName() + ": " + all.errors() + " errors; the first: " + all.failure());
            outcome.broken().forEach(why -> err.println(spec.qualifiedName() + ": " + why));
        } else if (interrupted) {
            spec.commandLine()
                    .getErr()
                    .println(spec.qualifiedName() + ": interrupted" + (verify ? ", not verified" : ""));
        }
        return all.errors() == 0 ? Rtrs.OK : Rtrs.FAILED;
    }
}
