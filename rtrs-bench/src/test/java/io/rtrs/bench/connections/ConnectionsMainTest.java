package io.rtrs.bench.connections;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** The program as a user calls it: two processes, a short run, and arguments that are wrong. */
class ConnectionsMainTest {
    private record Run(int exit, String err) {}

    private static Run run(String... args) {
        StringWriter err = new StringWriter();
        int exit =
                ConnectionsMain.commandLine().setErr(new PrintWriter(err, true)).execute(args);
        return new Run(exit, err.toString());
    }

    @Test
    void aShortRunFillsItsTables(@TempDir Path folder) throws Exception {
        Path output = folder.resolve("tables.md");
        Run run = run(
                "--connections=default,3",
                "--threads=async,2",
                "--wait=default,events",
                "--load=read:512",
                "--depth=4",
                "--rounds=1",
                "--first-warm-up=0.1",
                "--warm-up=0.05",
                "--runtime=0.3",
                "--output=" + output);
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isZero();
        assertThat(Files.readString(output).lines())
                .anyMatch(line ->
                        line.matches("\\| wait: events \\| default \\(\\d+\\): IO/s \\|.*3 connections: IO/s.*"))
                .filteredOn(line -> line.startsWith("| async, depth 4 ") || line.startsWith("| 2 threads "))
                .hasSize(4)
                .noneMatch(line -> line.contains("–"));
    }

    @Test
    void anOutputThatCannotBeWrittenIsToldBeforeAnythingIsMeasured(@TempDir Path folder) {
        Path output = folder.resolve("none").resolve("tables.md");
        Run run = run("--output=" + output);
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("--output " + output + ": cannot be written: its folder does not exist");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--connections | 0 | numbers of 1 to 4094 are possible, and 'default'",
                "--threads | many | numbers of 1 to 64 are possible, and 'async'",
                "--threads | 65 | numbers of 1 to 64 are possible, and 'async'",
                "--wait | sleep | there are spin, yield",
                "--wait | invoked | there are spin, yield",
                "--load | scribble:4096 | write:BLOCKSIZE or read:BLOCKSIZE",
                "--load | write:1000000 | 1 to 131072 bytes are possible",
                "--rounds | 0 | 1 or more are needed",
                "--depth | 65 | the server takes 64 requests",
                "--warm-up | -1 | 0 seconds or more are possible",
                "--runtime | 0 | more than 0 seconds are needed"
            })
    void aWrongArgumentIsNamedWithItsValueAndTheRemedy(String option, String value, String remedy) {
        Run run = run(option + "=" + value);
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err())
                .contains(option)
                .contains(value.replaceFirst("\\w+:1000000", "1000000"))
                .contains(remedy);
    }
}
