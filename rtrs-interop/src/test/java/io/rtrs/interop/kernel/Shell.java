package io.rtrs.interop.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Runs the guest's programs and writes its sysfs files. */
public final class Shell {
    private static final long LIMIT_SECONDS = 240;

    private Shell() {}

    /**
     * Runs a program.
     *
     * @return what it printed, on both streams
     * @throws AssertionError if its exit code is not 0 or it takes too long, with what it printed
     */
    public static String run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("shell", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            String printed = Files.readString(output, StandardCharsets.UTF_8);
            if (!ended) {
                process.destroyForcibly();
                throw new AssertionError(String.join(" ", command) + ": out of time; it printed\n" + printed);
            }
            if (process.exitValue() != 0) {
                throw new AssertionError(
                        String.join(" ", command) + ": exit code " + process.exitValue() + "; it printed\n" + printed);
            }
            return printed;
        } finally {
            Files.delete(output);
        }
    }

    /** Writes a sysfs file; the error message of the exception is that of the errno. */
    public static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
    }
}
