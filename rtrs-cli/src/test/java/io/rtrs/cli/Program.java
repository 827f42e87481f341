package io.rtrs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

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
        return start(folder, List.of(), arguments);
    }

    /** As if somebody looked: progress is a bar on standard error. */
    static Program startOnTerminal(Path folder, String... arguments) throws IOException {
        return start(folder, List.of("-Drtrs.terminal=true"), arguments);
    }

    /** With an option of the user's for Java. */
    static Program startWith(String option, Path folder, String... arguments) throws IOException {
        return start(folder, List.of(option), arguments);
    }

    /** With its standard output in a file. */
    static Program startOnto(Path output, Path folder, String... arguments) throws IOException {
        return start(folder, List.of(), Redirect.to(output.toFile()), arguments);
    }

    /** Behind a command that runs another, such as {@code ip netns exec}. */
    static Program startBehind(List<String> prefix, Path folder, String... arguments) throws IOException {
        return start(prefix, folder, List.of(), Redirect.PIPE, arguments);
    }

    private static Program start(Path folder, List<String> options, String... arguments) throws IOException {
        return start(folder, options, Redirect.PIPE, arguments);
    }

    private static Program start(Path folder, List<String> options, Redirect output, String... arguments)
            throws IOException {
        return start(List.of(), folder, options, output, arguments);
    }

    private static Program start(
            List<String> prefix, Path folder, List<String> options, Redirect output, String... arguments)
            throws IOException {
        Path errors = Files.createTempFile(folder, "rtrs", ".err");
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Rtrs.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(output).redirectError(errors.toFile());
        builder.environment().remove("COLUMNS"); // whatever the terminal of who runs the tests is like
        return new Program(builder.start(), errors);
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

    /** Waits until its standard error has a text that matches. */
    void awaitErrors(String pattern) {
        Pattern wanted = Pattern.compile(pattern);
        await().atMost(LONGEST_SECONDS, TimeUnit.SECONDS)
                .failFast("the program has ended", () -> !process.isAlive())
                .until(this::errors, text -> wanted.matcher(text).find());
    }

    long pid() {
        return process.pid();
    }

    /** As {@code kill -9} does: it has no time for anything. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    /** As Ctrl-C does: the program is asked to end; what it prints then can still be read. */
    void interrupt() {
        assertThat(process.toHandle().destroy()).isTrue();
    }

    /** Not one of its threads runs until it {@link #goesOn}. */
    void stopsDead() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** It runs again, as if no time had passed. */
    void goesOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).isZero();
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
