package io.rtrs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program in a process of its own, as a user starts it; ended with its test. */
final class Program implements AutoCloseable {
    private static final long LONGEST_SECONDS = 120;

    private final Process process;
    private final Path errors;
    private final BufferedReader output;
    private final List<String> lines = new ArrayList<>();

    private Program(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    static Program start(Path folder, String... arguments) throws IOException {
        Path errors = Files.createTempFile(folder, "rtrs", ".err");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Rtrs.class.getName()));
        command.addAll(List.of(arguments));
        return new Program(
                new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
    }

    /** Reads lines until one has the text. */
    String awaitLine(String text) throws IOException {
        String line;
        while ((line = output.readLine()) != null) {
            lines.add(line);
            if (line.contains(text)) {
                return line;
            }
        }
        throw new AssertionError("no line with \"" + text + "\" in " + lines + "; " + errors());
    }

    /** As Ctrl-C does: the program is asked to end; what it prints then can still be read. */
    void interrupt() {
        assertThat(process.toHandle().destroy()).isTrue();
    }

    /** Waits for its end. */
    int exit() throws IOException, InterruptedException {
        output.lines().forEach(lines::add);
        if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still running after " + lines + "; " + errors());
        }
        return process.exitValue();
    }

    List<String> lines() {
        return lines;
    }

    String errors() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
