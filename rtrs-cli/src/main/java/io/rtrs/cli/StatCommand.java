package io.rtrs.cli;

import io.rtrs.cli.attach.Attached;
import io.rtrs.cli.attach.Bean;
import io.rtrs.cli.attach.StatJson;
import io.rtrs.cli.attach.StatText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Looks into a running process. */
@Command(
        name = "stat",
        description =
                "Sessions, paths and counters of a running process: rtrs, or any Java program that uses the library.")
final class StatCommand implements Callable<Integer> {
    private static final String HOME = "\033[H";
    private static final String CLEAR_REST_OF_LINE = "\033[K";
    private static final String CLEAR_BELOW = "\033[J";
    private static final String CLEAR_ALL = "\033[2J";

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "PID",
            converter = Arguments.ProcessId.class,
            description = "the process; may be left out if the program rtrs runs once")
    private @Nullable Long pid;

    @Option(
            names = "--pid",
            paramLabel = "PID",
            converter = Arguments.ProcessId.class,
            description = "the same, as rtrs path has it")
    private @Nullable Long named;

    @Option(names = "--watch", description = "show it again and again, with what happens by the second; Ctrl-C ends it")
    private boolean watch;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            converter = Arguments.Time.class,
            defaultValue = "1s",
            description = "time between two looks of --watch (${DEFAULT-VALUE})")
    private Duration interval = Duration.ofSeconds(1);

    @Override
    public Integer call() throws Exception {
        if (interval.compareTo(Duration.ofMillis(100)) < 0) {
            throw Arguments.wrong(spec.commandLine(), "--interval", interval.toMillis() + "ms", "is less than 100ms");
        }
        try (Attached process = Attached.to(Processes.choose(Processes.one(spec.commandLine(), pid, named)))) {
            if (watch) {
                watch(process);
            } else {
                show(process.pid(), process.look());
            }
        }
        return Rtrs.OK;
    }

    private void show(long of, List<Bean> beans) {
        if (output.json()) {
            output.object(StatJson.of(of, beans));
        } else {
            new StatText(beans, null, 0).lines(OutputOptions.columnsOfLines()).forEach(output::say);
        }
    }

    /** Until the user ends it, or the process ends. */
    private void watch(Attached process) throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        List<Bean> before = null;
        long beforeNs = System.nanoTime();
        boolean screen = OutputOptions.isTerminal() && !output.json();
        try (Interruption interruption = new Interruption(true, spec)) {
            interruption.stopsBy(end::countDown);
            if (screen) {
                print(CLEAR_ALL);
            }
            do {
                List<Bean> now = process.look();
                long nowNs = System.nanoTime();
                draw(process.pid(), now, before, (nowNs - beforeNs) / 1e9, screen);
                before = now;
                beforeNs = nowNs;
            } while (!end.await(interval.toNanos(), TimeUnit.NANOSECONDS));
        }
    }

    private void draw(long of, List<Bean> now, @Nullable List<Bean> before, double seconds, boolean screen)
            throws IOException {
        if (output.json()) {
            output.object(StatJson.of(of, now));
            return;
        }
        Screen size = screen ? Screen.now() : new Screen(OutputOptions.columnsOfLines(), Integer.MAX_VALUE);
        List<String> lines = new ArrayList<>();
        if (screen) {
            lines.add("rtrs, process " + of + ", every " + interval.toMillis() + " ms; Ctrl-C ends it");
            lines.add("");
        }
        lines.addAll(new StatText(now, before, seconds).lines(size.columns()));
        StringBuilder text = new StringBuilder(screen ? HOME : "");
        for (String line : lines.subList(0, Math.min(lines.size(), size.rows() - 1))) {
            text.append(line.substring(0, Math.min(line.length(), size.columns())))
                    .append(screen ? CLEAR_REST_OF_LINE : "")
                    .append(System.lineSeparator());
        }
        print(text.append(screen ? CLEAR_BELOW : System.lineSeparator()).toString());
    }

    private void print(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(text);
        out.flush();
        StandardOutput.check(out);
    }
}
