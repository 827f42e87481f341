package io.rtrs.bench.peers;

import io.rtrs.bench.child.ChildJvm;
import io.rtrs.bench.child.ParentWatch;
import io.rtrs.bench.child.Usage;
import io.rtrs.bench.load.CompilerWork;
import io.rtrs.bench.network.Loopback;
import io.rtrs.bench.peers.work.BlockLoad;
import io.rtrs.bench.peers.work.Content;
import io.rtrs.bench.peers.work.Limits;
import io.rtrs.bench.peers.work.PeerClient;
import io.rtrs.bench.peers.work.Shape;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The client of one transport: starts the server's process, runs the loads, prints a line for each. */
@Command(name = "peer-client", mixinStandardHelpOptions = true, description = "Measures one transport.")
public final class PeerClientMain implements Callable<Integer> {
    private static final Usage NOTHING = new Usage(0, 0);
    private static final int VERIFY_ROUNDS = 2;
    private static final int VERIFY_REQUESTS = 512;

    @Option(
            names = "--peer",
            required = true,
            description = "nio, nio-spin, netty, aeron, jucx, rtrs-default, rtrs, rtrs-spin")
    private String peer = "";

    @Option(names = "--port", defaultValue = "17640", description = "port, and the one after it (${DEFAULT-VALUE})")
    private int port;

    @Option(names = "--address", description = "the server's address; if not given, a loopback address that is free")
    private String address = "";

    @Option(
            names = "--server-namespace",
            description = "the network namespace that the server is started in; if not given, this process's")
    private String serverNamespace = "";

    @Option(
            names = "--connections",
            defaultValue = "1",
            description = "IO connections of RTRS; 0: as many as it makes if nobody says (${DEFAULT-VALUE})")
    private int connections;

    @Option(
            names = "--load",
            description = "write:BLOCKSIZE:DEPTH or read:BLOCKSIZE:DEPTH; all of the table if not given")
    private List<String> loads = new ArrayList<>();

    @Option(
            names = "--rehearsal",
            defaultValue = "0.5",
            description = "seconds of each of the table's loads before the first one (${DEFAULT-VALUE})")
    private double rehearsal;

    @Option(names = "--warm-up", defaultValue = "3", description = "seconds before each load counts (${DEFAULT-VALUE})")
    private double warmUp;

    @Option(names = "--runtime", defaultValue = "5", description = "seconds that each load counts (${DEFAULT-VALUE})")
    private double runTime;

    @Option(names = "--verify", description = "instead: writes blocks, reads them back, compares")
    private boolean verify;

    /** Exits with 0 if every request succeeded, and brought what it should where that is looked at. */
    public static void main(String[] args) {
        ParentWatch.start();
        System.exit(new CommandLine(new PeerClientMain()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        PeerKind kind = PeerKind.parse(peer);
        List<Shape> shapes =
                loads.isEmpty() ? Shape.ALL : loads.stream().map(Shape::parse).toList();
        InetSocketAddress at =
                new InetSocketAddress(address.isEmpty() ? Loopback.free() : InetAddress.ofLiteral(address), port);
        List<String> arguments = List.of(peer, at.getAddress().getHostAddress(), Integer.toString(port));
        long failed = 0;
        try (ChildJvm server = new ChildJvm(serverNamespace, PeerServerMain.class, peer + "-server", arguments)) {
            awaitReady(server);
            System.out.println("title " + kind.title(connections));
            try (PeerClient client = kind.connect(at, connections);
                    ExecutorService runner = Executors.newSingleThreadExecutor(
                            Thread.ofPlatform().daemon().name("load").factory())) {
                if (!verify) {
                    failed += rehearse(client, server, runner);
                }
                for (Shape shape : shapes) {
                    Measured result = verify ? verify(shape, client) : measure(shape, client, server, runner);
                    System.out.println(result.line());
                    failed += result.failed();
                }
            }
        }
        return failed == 0 ? 0 : 1;
    }

    private static void awaitReady(ChildJvm server) throws IOException {
        String line = server.readLine();
        while (!line.equals(PeerServerMain.READY)) {
            System.out.println(line);
            line = server.readLine();
        }
    }

    /** What is asked when counting begins and ends is asked once before, too: classes are loaded for it. */
    private long rehearse(PeerClient client, ChildJvm server, ExecutorService runner)
            throws IOException, InterruptedException, ExecutionException {
        long failures = runner.submit(() -> Rehearsal.run(client, rehearsal)).get();
        long bytes = Usage.now().allocated() + server.usage().allocated();
        if (failures > 0) {
            System.out.println(failures + " requests failed in the rehearsal, " + bytes + " bytes allocated");
        }
        return failures;
    }

    private Measured measure(Shape shape, PeerClient client, ChildJvm server, ExecutorService runner)
            throws IOException, InterruptedException, ExecutionException {
        Limits limits = Limits.time(System.nanoTime(), warmUp, runTime);
        BlockLoad load = new BlockLoad(shape, limits, client.blocks(), null);
        Future<?> running = runner.submit(() -> {
            client.run(load);
            return null;
        });
        sleepUntil(limits.countFromNs());
        Usage clientBefore = Usage.now();
        Usage serverBefore = server.usage();
        sleepUntil(limits.stopAtNs());
        Usage ofClient = Usage.now().since(clientBefore);
        Usage ofServer = server.usage().since(serverBefore);
        running.get();
        return result(load, runTime, ofClient, ofServer);
    }

    private static void sleepUntil(long timeNs) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(timeNs - System.nanoTime());
    }

    /** Each round writes other bytes, so that nothing stays from the one before. */
    private static Measured verify(Shape shape, PeerClient client) throws IOException, InterruptedException {
        long requests = Math.min(Shape.SPAN / shape.blockSize(), (long) VERIFY_REQUESTS * shape.depth());
        long failed = 0;
        BlockLoad last = null;
        CompilerWork clock = new CompilerWork();
        for (int round = 1; round <= VERIFY_ROUNDS; round++) {
            Content content = new Content(round);
            for (boolean write : new boolean[] {true, false}) {
                Shape part = new Shape(write, shape.blockSize(), shape.depth());
                last = new BlockLoad(part, Limits.requests(System.nanoTime(), requests), client.blocks(), content);
                client.run(last);
                failed += last.errors() + last.mismatches();
            }
        }
        if (last == null) {
            throw new IllegalStateException("no round");
        }
        Measured result = result(last, clock.elapsedSeconds(), NOTHING, NOTHING);
        return result.of(shape, failed);
    }

    private static Measured result(BlockLoad load, double seconds, Usage client, Usage server) {
        double requests = Math.max(1, load.counted());
        return new Measured(
                load.shape(),
                load.counted(),
                seconds,
                load.latencyNs().getValueAtPercentile(50) / 1e3,
                load.latencyNs().getValueAtPercentile(99) / 1e3,
                client.allocated() / requests,
                server.allocated() / requests,
                client.cpuSeconds(),
                server.cpuSeconds(),
                load.errors() + load.mismatches());
    }
}
