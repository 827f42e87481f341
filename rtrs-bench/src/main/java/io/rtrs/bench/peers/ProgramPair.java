package io.rtrs.bench.peers;

import io.rtrs.bench.network.Place;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server and a client that are programs of the system, with a limit of time of their own. */
final class ProgramPair {
    private static final long STARTS_MS = 5_000;
    private static final long STEP_MS = 20;

    private final Map<String, String> environment;
    private final long limitSeconds;

    /**
     * A pair.
     *
     * @param limitSeconds both are ended then, even where this process was killed before
     */
    ProgramPair(Map<String, String> environment, long limitSeconds) {
        this.environment = environment;
        this.limitSeconds = limitSeconds;
    }

    /** Whether there is such a program. */
    static boolean isInstalled(String program) {
        String path = System.getenv("PATH");
        return path != null
                && Arrays.stream(path.split(":", -1))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /** Starts the server, runs the client, and returns what the client printed. */
    String run(Place place, List<String> server, List<String> client, int port)
            throws IOException, InterruptedException {
        Process serving = builder(place.serverNamespace(), server)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            awaitListening(serving, port);
            Process asking = builder(place.clientNamespace(), client).start();
            String text = new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            asking.waitFor();
            return text;
        } finally {
            serving.destroy();
            serving.waitFor();
        }
    }

    private ProcessBuilder builder(String namespace, List<String> program) {
        List<String> command = new ArrayList<>(List.of("timeout", Long.toString(limitSeconds)));
        command.addAll(program);
        ProcessBuilder builder = new ProcessBuilder(Place.in(namespace, command)).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return builder;
    }

    /** A connection to see whether it listens would be taken for the client's. */
    private static void awaitListening(Process server, int port) throws IOException, InterruptedException {
        Path sockets = Path.of("/proc/" + server.pid() + "/net/tcp"); // of its network namespace
        String mark = String.format(Locale.ROOT, ":%04X 00000000:0000 0A", port);
        for (long waitedMs = 0; waitedMs < STARTS_MS; waitedMs += STEP_MS) {
            if (!server.isAlive()) {
                throw new IOException("the server ended with exit code " + server.exitValue());
            }
            if (Files.isReadable(sockets) && Files.readString(sockets).contains(mark)) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(STEP_MS);
        }
    }
}
