package io.rtrs.bench.failover;

import io.rtrs.bench.Arguments;
import io.rtrs.bench.child.ChildJvm;
import io.rtrs.client.ClientPath;
import io.rtrs.client.ClientSession;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.stats.PathCounter;
import io.rtrs.verbs.VerbsProviders;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Cuts the link of a session's first path under load, round after round, and measures from then until the last request that
 * was on it has ended on the other.
 */
@Command(
        name = "failover",
        mixinStandardHelpOptions = true,
        description = "Measures how long requests stand still when a path dies.")
public final class FailoverMain implements Callable<Integer> {
    private static final long PATIENCE_NS = 120_000_000_000L;
    private static final long LOOK_NS = 50_000;
    private static final int SOME = 2000;

    @Option(names = "--provider", defaultValue = "softroce", description = "softroce or ibverbs (${DEFAULT-VALUE})")
    private String provider = "";

    @Option(names = "--path", required = true, description = "SOURCE@SERVER, addresses; give two")
    private List<String> paths = new ArrayList<>();

    @Option(names = "--server-namespace", defaultValue = "", description = "network namespace of the server")
    private String namespace = "";

    @Option(names = "--port", defaultValue = "1234", description = "the server's port (${DEFAULT-VALUE})")
    private int port;

    @Option(names = "--cut", required = true, description = "command that cuts the first path's link")
    private String cut = "";

    @Option(names = "--mend", defaultValue = "true", description = "command that mends it")
    private String mend = "";

    @Option(names = "--rounds", defaultValue = "5", description = "how often (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--depth", defaultValue = "64", description = "requests in flight (${DEFAULT-VALUE})")
    private int depth;

    @Option(names = "--heartbeat-ms", defaultValue = "5000", description = "heartbeat's interval (${DEFAULT-VALUE})")
    private int heartbeatMs;

    @Option(names = "--missed", defaultValue = "5", description = "heartbeats missed until dead (${DEFAULT-VALUE})")
    private int missed;

    @Option(
            names = "--no-return",
            description =
                    "one round, without mending: rxe's connection management does not survive its device being down")
    private boolean noReturn;

    /** {@code failover --path … --path … --cut … --mend …}. */
    public static void main(String[] arguments) {
        System.exit(Arguments.commandLine(new FailoverMain()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        List<String> arguments = new ArrayList<>(List.of(provider, Integer.toString(port)));
        paths.forEach(path -> arguments.add(path.substring(path.indexOf('@') + 1)));
        try (ChildJvm server = new ChildJvm(namespace, FailoverServerMain.class, "server", arguments)) {
            String line = server.readLine();
            while (!line.startsWith(FailoverServerMain.READY)) {
                line = server.readLine();
            }
            return measure();
        }
    }

    private int measure() throws IOException, InterruptedException {
        RtrsClient.Builder builder = RtrsClient.builder()
                .provider(VerbsProviders.named(provider))
                .sessionName("failover")
                .port(port)
                .ioConnections(2)
                .heartbeat(Duration.ofMillis(heartbeatMs), missed)
                .connectTimeout(Duration.ofSeconds(10))
                .reconnect(Duration.ZERO, Duration.ofMillis(100), -1);
        for (String path : paths) {
            builder.path("ip:" + path.replace("@", "@ip:"));
        }
        long failed;
        try (ClientSession session = builder.open();
                Stalls load = new Stalls(session, depth)) {
            for (int round = 0; round < (noReturn ? 1 : rounds); round++) {
                awaitMore(load);
                round(session, load, round);
            }
            failed = load.failed();
        }
        System.out.printf(Locale.ROOT, "requests that failed: %d%n", failed);
        return failed == 0 ? 0 : 1;
    }

    private void round(ClientSession session, Stalls load, int round) throws IOException, InterruptedException {
        ClientPath path = session.paths().getFirst();
        ClientPath other = session.paths().get(1);
        long returns = path.counter(PathCounter.RECONNECTS_OK);
        long movedBefore = other.counter(PathCounter.FAILOVERS);
        load.restart();
        long cutNs = System.nanoTime();
        run(cut);
        await("the path is broken", () -> !path.isConnected());
        long brokenNs = System.nanoTime();
        awaitMore(load);
        long lastNs = brokenNs;
        for (Stalls.Longest longest : load.longest()) {
            // Else it was not on the path: it ended before, or began after.
            if (longest.submittedNs() - brokenNs < 0 && longest.endedNs() - lastNs > 0) {
                lastNs = longest.endedNs();
            }
        }
        long moved = other.counter(PathCounter.FAILOVERS) - movedBefore;
        System.out.printf(
                Locale.ROOT,
                "round %d: %d requests moved; broken after %.1f ms, last one ended after %.1f ms, %.1f ms later; %s%n",
                round + 1,
                moved,
                (brokenNs - cutNs) / 1e6,
                (lastNs - cutNs) / 1e6,
                (lastNs - brokenNs) / 1e6,
                path.lastError().map(e -> e.reason()).orElse("no error"));
        if (!noReturn) {
            run(mend);
            long mendedNs = System.nanoTime();
            await("the path is back", () -> path.counter(PathCounter.RECONNECTS_OK) > returns && path.isConnected());
            System.out.printf(Locale.ROOT, "  back %.1f s after it was mended%n", (System.nanoTime() - mendedNs) / 1e9);
        }
    }

    private static void awaitMore(Stalls load) {
        long wanted = load.done() + SOME;
        await("requests succeed", () -> load.done() >= wanted);
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IllegalStateException("waited in vain for: " + what);
            }
            LockSupport.parkNanos(LOOK_NS);
        }
    }

    private static void run(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", command).inheritIO().start();
        int exit = process.waitFor();
        if (exit != 0) {
            throw new IOException(command + ": ended with " + exit);
        }
    }
}
