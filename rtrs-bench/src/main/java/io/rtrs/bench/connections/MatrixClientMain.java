package io.rtrs.bench.connections;

import io.rtrs.bench.load.BlockingLoad;
import io.rtrs.bench.load.Load;
import io.rtrs.bench.load.LoadOptions;
import io.rtrs.bench.peers.work.Shape;
import io.rtrs.bench.rounds.Outcome;
import io.rtrs.client.ClientSession;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.verbs.VerbsProviders;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The client: does job after job, each in a session of its own, and ends with its standard input. */
final class MatrixClientMain {
    private final String address;
    private final int firstPort;
    private final List<String> waits;

    private MatrixClientMain(String address, int firstPort, List<String> waits) {
        this.address = address;
        this.firstPort = firstPort;
        this.waits = waits;
    }

    /** Arguments: those of {@link MatrixServerMain}. */
    public static void main(String[] args) throws Exception {
        List<String> waits = List.of(args).subList(2, args.length);
        MatrixClientMain client = new MatrixClientMain(args[0], Integer.parseInt(args[1]), waits);
        try (BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = jobs.readLine(); line != null; line = jobs.readLine()) {
                System.out.println(client.run(Job.parse(line)).line());
                System.out.flush();
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private Outcome run(Job job) throws IOException, InterruptedException {
        try (ClientSession session = open(job)) {
            LoadOptions options = options(job);
            return Outcome.of(
                    job.threads() == Setting.ASYNC ? Load.run(session, options) : BlockingLoad.run(session, options));
        }
    }

    private ClientSession open(Job job) throws IOException {
        RtrsClient.Builder builder = RtrsClient.builder()
                .provider(VerbsProviders.named("softroce"))
                // A server takes each name once, and there may be several of these processes.
                .sessionName("rtrs-bench-" + ProcessHandle.current().pid())
                .path("ip:" + address)
                .port(firstPort + waits.indexOf(job.waiting()));
        WaitStrategy wait = Waits.parse(job.waiting());
        if (wait != null) {
            builder.waitStrategy(wait);
        }
        if (Waits.loops(job.waiting()) > 0) {
            builder.loops(Waits.loops(job.waiting()));
        }
        if (job.connections() != Setting.DEFAULT_CONNECTIONS) {
            builder.ioConnections(job.connections());
        }
        return builder.open();
    }

    private static LoadOptions options(Job job) {
        BlockKind kind = job.kind();
        return new LoadOptions(
                kind.write() ? LoadOptions.Pattern.WRITE : LoadOptions.Pattern.READ,
                kind.blockSize(),
                job.threads() == Setting.ASYNC ? job.depth() : job.threads(),
                Shape.SPAN,
                (long) (job.warmUp() * 1e9),
                (long) (job.runTime() * 1e9));
    }
}
