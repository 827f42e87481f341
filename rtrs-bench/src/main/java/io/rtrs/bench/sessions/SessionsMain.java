package io.rtrs.bench.sessions;

import io.rtrs.bench.Arguments;
import io.rtrs.bench.child.ChildJvm;
import io.rtrs.bench.load.LoadOptions;
import io.rtrs.bench.network.Loopback;
import io.rtrs.client.ClientSession;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.error.RtrsException;
import io.rtrs.verbs.VerbsProviders;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Opens many sessions to one server process, loads all of them alike, and tells how alike they were served. */
@Command(
        name = "sessions",
        mixinStandardHelpOptions = true,
        description = "Measures how fairly one server serves many sessions, and what they cost it.")
public final class SessionsMain implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set before the call
    private CommandSpec spec;

    @Option(names = "--sessions", defaultValue = "200", description = "sessions (${DEFAULT-VALUE})")
    private int sessions;

    @Option(names = "--depth", defaultValue = "2", description = "requests in flight of each (${DEFAULT-VALUE})")
    private int depth;

    @Option(names = "--rounds", defaultValue = "3", description = "rounds (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--warm-up", defaultValue = "5", description = "seconds before the first (${DEFAULT-VALUE})")
    private double warmUp;

    @Option(names = "--runtime", defaultValue = "5", description = "seconds of a round (${DEFAULT-VALUE})")
    private double runTime;

    @Option(names = "--wait", defaultValue = "events", description = "how loops wait (${DEFAULT-VALUE})")
    private String wait = "";

    @Option(names = "--port", defaultValue = "1234", description = "the server's port (${DEFAULT-VALUE})")
    private int port;

    /** {@code sessions [OPTION...]}. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return Arguments.commandLine(new SessionsMain());
    }

    private void check() {
        require(sessions >= 1, "--sessions=" + sessions + ": 1 or more are needed");
        require(
                depth >= 1 && depth <= SessionsServerMain.QUEUE_DEPTH,
                "--depth=" + depth + ": the server takes 1 to " + SessionsServerMain.QUEUE_DEPTH
                        + " requests of a session");
        require(rounds >= 1, "--rounds=" + rounds + ": 1 or more are needed");
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            throw new CommandLine.ParameterException(spec.commandLine(), what);
        }
    }

    @Override
    public Integer call() throws Exception {
        check();
        InetAddress address = Loopback.free();
        List<String> arguments =
                List.of(address.getHostAddress(), Integer.toString(port), Integer.toString(sessions), wait);
        List<Streams> all = new ArrayList<>();
        try (ChildJvm server = new ChildJvm("", SessionsServerMain.class, "server", arguments)) {
            String line = server.readLine();
            while (!line.startsWith(SessionsServerMain.READY)) {
                line = server.readLine();
            }
            tell("no session", server);
            for (int i = 0; i < sessions; i++) {
                all.add(new Streams(open(address, i), depth));
            }
            tell(sessions + " sessions", server);
            tellOneTooMany(address);
            run(all);
            long failed = all.stream().mapToLong(Streams::failed).sum();
            all.forEach(Streams::close);
            System.out.printf(Locale.ROOT, "requests that failed: %d%n", failed);
            return failed == 0 ? 0 : 1;
        }
    }

    private ClientSession open(InetAddress address, int number) throws IOException {
        return RtrsClient.builder()
                .provider(VerbsProviders.named("softroce"))
                .sessionName("sessions-" + number)
                .path("ip:" + address.getHostAddress())
                .port(port)
                .ioConnections(1)
                .waitStrategy(LoadOptions.waitStrategy(wait))
                .open();
    }

    private void tellOneTooMany(InetAddress address) throws IOException {
        try (ClientSession more = open(address, sessions)) {
            throw new IOException("the server had memory for " + more);
        } catch (RtrsException e) {
            System.out.println("one more: " + e.getMessage());
        }
    }

    /** All begin, and only when they have is anything counted; who begins first would be ahead. */
    private void run(List<Streams> all) throws IOException, InterruptedException {
        CountDownLatch over = new CountDownLatch(all.size() * depth);
        for (Streams streams : all) {
            streams.start(over);
        }
        for (int round = 0; round <= rounds; round++) {
            all.forEach(Streams::count);
            long startNs = System.nanoTime();
            TimeUnit.NANOSECONDS.sleep((long) ((round == 0 ? warmUp : runTime) * 1e9));
            double seconds = (System.nanoTime() - startNs) / 1e9;
            long[] done = all.stream().mapToLong(Streams::counted).sorted().toArray();
            if (round > 0) {
                tell(round, seconds, done);
            }
        }
        all.forEach(Streams::stop);
        over.await();
    }

    private static void tell(int round, double seconds, long[] done) {
        System.out.printf(
                Locale.ROOT,
                "round %d: %.0f IO/s; requests of a session: least %d, median %d, most %d; least over most %.2f%n",
                round,
                Arrays.stream(done).sum() / seconds,
                done[0],
                done[done.length / 2],
                done[done.length - 1],
                (double) done[0] / done[done.length - 1]);
    }

    /** What Linux counts of the server's process. */
    private static void tell(String when, ChildJvm server) throws IOException {
        String threads = "";
        String resident = "";
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(server.pid()), "status"))) {
            if (line.startsWith("Threads:")) {
                threads = line.substring("Threads:".length()).strip();
            } else if (line.startsWith("VmRSS:")) {
                resident = line.substring("VmRSS:".length()).strip();
            }
        }
        System.out.printf(Locale.ROOT, "server with %s: %s threads, %s resident%n", when, threads, resident);
    }
}
