package io.rtrs.bench.child;

import io.rtrs.bench.network.Place;

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
public final class ChildJvm implements AutoCloseable {
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

    /**
     * Starts it.
     *
     * @param namespace the network namespace that it runs in; empty: that of this process
     * @param main whose main method it runs
     * @param name what it is called in messages, and in options of the environment
     * @param arguments of the main method
     */
    public ChildJvm(String namespace, Class<?> main, String name, List<String> arguments) throws IOException {
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
        process = new ProcessBuilder(Place.in(namespace, command))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out = process.inputReader(StandardCharsets.UTF_8);
        in = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** The next line that it prints. */
    public String readLine() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new EOFException(name + " ended");
        }
        return line;
    }

    /** The next line, or null at the end. */
    public BufferedReader lines() {
        return out;
    }

    /** Sends it a line. */
    public void tell(String line) throws IOException {
        in.write(line + "\n");
        in.flush();
    }

    /** Sends it a line, and returns the next line that it prints. */
    public String ask(String line) throws IOException {
        tell(line);
        return readLine();
    }

    /** Asks what it has used. */
    public Usage usage() throws IOException {
        return Usage.parse(ask(ParentWatch.USAGE));
    }

    /** What the machine calls it, while it is there. */
    public long pid() {
        return process.pid();
    }

    /** Its exit code, when it ended by itself. */
    public int await() throws InterruptedException {
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
