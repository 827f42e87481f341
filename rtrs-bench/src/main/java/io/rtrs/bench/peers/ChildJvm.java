package io.rtrs.bench.peers;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of this program with another main class, that ends with this one at the latest. */
final class ChildJvm implements AutoCloseable {
    /** Options of all of the program's processes; further ones come from the environment. */
    private static final List<String> OPTIONS = List.of(
            "-Xms512m",
            "-Xmx512m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");

    private static final String EXTRA = "RTRS_BENCH_JVM_OPTIONS";
    private static final long PATIENCE_S = 20;

    private final String name;
    private final Process process;
    private final BufferedReader out;
    private final Writer in;

    ChildJvm(Class<?> main, String name, List<String> arguments) throws IOException {
        this.name = name;
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        String extra = System.getenv(EXTRA);
        if (extra != null && !extra.isBlank()) {
            command.addAll(List.of(extra.replace("%n", name).trim().split(" +")));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out = process.inputReader(StandardCharsets.UTF_8);
        in = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** The next line that it prints. */
    String readLine() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new EOFException(name + " ended");
        }
        return line;
    }

    /** The next line, or null at the end. */
    BufferedReader lines() {
        return out;
    }

    /** Asks how much it has allocated. */
    long allocated() throws IOException {
        in.write(ParentWatch.ALLOCATED + "\n");
        in.flush();
        return Long.parseLong(readLine());
    }

    /** Its exit code, when it ended by itself. */
    int await() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            // it is gone already
        }
        try {
            if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
