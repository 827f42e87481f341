package io.rtrs.cli;

import io.rtrs.cli.block.MemoryBlocks;
import io.rtrs.cli.text.Addresses;
import io.rtrs.cli.text.Json;
import io.rtrs.cli.text.Sizes;
import io.rtrs.core.Status;
import io.rtrs.server.RtrsServer;
import io.rtrs.server.ServerPath;
import io.rtrs.server.ServerSession;
import io.rtrs.server.SessionListener;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** A server whose blocks live in memory, until it is interrupted. */
@Command(name = "serve", description = "A server whose blocks live in memory, for \"rtrs io\"; Ctrl-C ends it.")
final class ServeCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private ProviderOptions providers = new ProviderOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(
            names = "--listen",
            required = true,
            paramLabel = "ADDRESS",
            converter = Arguments.Address.class,
            description =
                    "IP address to listen on; 0.0.0.0 or :: for all; repeat it for more, so that a client can have"
                            + " several paths")
    private List<InetAddress> listen = new ArrayList<>();

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = Arguments.MemorySize.class,
            defaultValue = "256M",
            description = "bytes of memory (${DEFAULT-VALUE})")
    private long memory;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description =
                    "keep the blocks in this file, made or made longer as needed, so that they are there when the server is"
                            + " started again, even after it was killed")
    private @Nullable Path file;

    @Option(
            names = "--queue-depth",
            paramLabel = "N",
            converter = Arguments.Count.class,
            defaultValue = "256",
            description = "requests at once from each client (${DEFAULT-VALUE})")
    private int queueDepth;

    @Option(
            names = "--max-io",
            paramLabel = "SIZE",
            converter = Arguments.BlockSize.class,
            defaultValue = "128K",
            description =
                    "bytes of the largest request, at the least (${DEFAULT-VALUE}); with header and rounded up to a"
                            + " power of two, each client takes --queue-depth times as much memory, at most 256M")
    private int maxIo;

    @Option(
            names = "--no-always-invalidate",
            description = "let clients keep the keys to the server's chunks: faster, for trusted clients only")
    private boolean noAlwaysInvalidate;

    @Override
    public Integer call() throws Exception {
        Chunks chunks = Chunks.of(spec.commandLine(), "--max-io", maxIo, "--queue-depth", queueDepth);
        Set<String> different = new HashSet<>(); // two link-local addresses differ by their interfaces, too
        for (InetAddress address : listen) {
            if (!different.add(Addresses.text(address))) {
                throw Arguments.wrong(spec.commandLine(), "--listen", Addresses.text(address), "is given twice");
            }
        }
        VerbsProvider verbs = providers.serving(listen);
        CountDownLatch end = new CountDownLatch(1);
        SortedMap<Status, Long> refused;
        Narrator narrator = new Narrator(end);
        try (Interruption interruption = new Interruption(true, spec);
                MemoryBlocks blocks = blocks()) {
            interruption.opens();
            try (RtrsServer server = chunks.server()
                    .provider(verbs)
                    .listen(listen.stream()
                            .map(address -> new InetSocketAddress(address, providers.port()))
                            .toArray(InetSocketAddress[]::new))
                    .alwaysInvalidate(!noAlwaysInvalidate)
                    .handler(blocks)
                    .sessionListener(narrator)
                    .start()) {
                interruption.stopsBy(end::countDown);
                output.note("listening on "
                        + server.localAddresses().stream().map(Addresses::text).collect(Collectors.joining(", "))
                        + ": " + Sizes.rounded(memory) + " of " + (file == null ? "memory" : file) + ", IO up to "
                        + Sizes.exact(chunks.maxIo())
                        + ", queue depth " + chunks.count() + ", provider " + verbs.name() + "; Ctrl-C ends it");
                end.await();
                refused = server.refusedConnections();
            }
            narrator.check();
            report(blocks.served(), narrator.sessions.sum(), refused, verbs.name());
        }
        return Rtrs.OK;
    }

    private MemoryBlocks blocks() throws IOException {
        Path kept = file;
        return kept == null ? Memory.ofSize("--memory", memory) : Memory.inFile("--file", kept, memory);
    }

    private void report(
            MemoryBlocks.Served served, long sessions, SortedMap<Status, Long> refusedConnections, String provider) {
        Json causes = new Json();
        refusedConnections.forEach((cause, count) -> causes.put(cause.symbol(), count));
        String connections = refusedConnections.isEmpty()
                ? "0"
                : refusedConnections.values().stream()
                                .mapToLong(Long::longValue)
                                .sum()
                        + refusedConnections.entrySet().stream()
                                .map(cause ->
                                        cause.getValue() + " " + cause.getKey().symbol())
                                .collect(Collectors.joining(", ", " (", ")"));
        if (output.json()) {
            output.object(new Json()
                    .put("sessions", sessions)
                    .put("reads", served.reads())
                    .put("read_bytes", served.readBytes())
                    .put("writes", served.writes())
                    .put("write_bytes", served.writeBytes())
                    .put("refused", served.refused())
                    .put("refused_connections", causes)
                    .put("provider", provider));
        }
        output.say("served " + served.reads() + " reads (" + Sizes.rounded(served.readBytes()) + "), " + served.writes()
                + " writes (" + Sizes.rounded(served.writeBytes()) + "), refused " + served.refused()
                + ", connections refused "
                + connections);
    }

    /** Says who comes and goes, and counts who came; ends the server when it cannot be said. */
    private final class Narrator implements SessionListener {
        private final LongAdder sessions = new LongAdder();
        private final CountDownLatch end;
        private volatile StandardOutput.@Nullable OutputFailure failure;

        Narrator(CountDownLatch end) {
            this.end = end;
        }

        @Override
        public Status onConnected(ServerSession session) {
            sessions.increment();
            note("session " + quoted(session) + " from "
                    + session.paths().stream()
                            .map(ServerPath::clientAddress)
                            .map(Addresses::text)
                            .collect(Collectors.joining(", ")));
            return Status.OK;
        }

        @Override
        public void onDisconnected(ServerSession session) {
            note("session " + quoted(session) + " is gone");
        }

        private void note(String line) {
            try {
                output.note(line);
            } catch (StandardOutput.OutputFailure e) {
                failure = e;
                end.countDown();
            }
        }

        /** Fails if something could not be said. */
        void check() {
            StandardOutput.OutputFailure happened = failure;
            if (happened != null) {
                throw happened;
            }
        }

        /** A client chooses its name: nothing in it may move the cursor. */
        private static String quoted(ServerSession session) {
            return '"' + session.name().replaceAll("\\p{C}", "?") + '"';
        }
    }
}
