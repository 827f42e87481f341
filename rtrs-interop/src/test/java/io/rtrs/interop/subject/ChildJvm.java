package io.rtrs.interop.subject;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A JVM for what could end one, with the software provider and the class path of this one. */
public final class ChildJvm {
    private static final List<String> PROPERTIES =
            List.of("rtrs.test.provider", "slf4j.provider", "org.slf4j.simpleLogger.defaultLogLevel");

    /** An address of its own: two processes cannot share one. */
    private static final String ADDRESS = "127.0.75.1";

    private ChildJvm() {}

    /** Runs a program until its end; what it printed, where that end was a good one. */
    public static List<String> run(Class<?> program, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("--enable-native-access=ALL-UNNAMED", "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null"));
        command.add("-Drtrs.test.address=" + ADDRESS);
        command.add("-Dslf4j.internal.verbosity=WARN"); // which logger it took is none of what the program says
        command.addAll(List.of(options));
        for (String name : PROPERTIES) {
            Stream.ofNullable(System.getProperty(name)).forEach(value -> command.add("-D" + name + "=" + value));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            List<String> lines =
                    process.inputReader(StandardCharsets.UTF_8).lines().toList();
            int exit = process.waitFor();
            if (exit != 0) {
                throw new AssertionError("ended with " + exit + ": " + String.join("\n", lines));
            }
            return lines;
        } finally {
            process.destroyForcibly();
        }
    }
}
