package io.rtrs.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** Arguments with which nothing can be measured, told before anything is. */
class ComparePeersTest {
    private record Run(int exit, String err) {}

    private static Run run(String... args) {
        StringWriter err = new StringWriter();
        int exit = ComparePeers.commandLine().setErr(new PrintWriter(err, true)).execute(args);
        return new Run(exit, err.toString());
    }

    @Test
    void anOutputThatCannotBeWrittenIsToldBeforeAnythingIsMeasured(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        Run run = run("--only=nio", "--output=" + file.resolve("tables.md"));
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("--output " + file.resolve("tables.md") + ": cannot be written: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--only aeron --namespaces | --namespaces: nothing is left to measure: aeron crosses no network",
                "--only iperf3 --verify | --verify: nothing is left to measure: iperf3 compares no contents",
                "--only nio --mtu 9000 | --mtu 9000: loopback has its own; add --namespaces",
                "--only nio --loss 1 | --loss 1: loopback loses nothing; add --namespaces",
                "--only nio --runtime 0 | --runtime 0.0: more than 0 seconds are needed",
                "--only nio --runtime NaN | --runtime NaN: more than 0 seconds are needed",
                "--only nio --warm-up -1 | --warm-up -1.0: 0 seconds or more are possible",
                "--only nio --rehearsal Infinity | --rehearsal Infinity: 0 seconds or more are possible",
                "--only nio --rounds 0 | --rounds 0: 1 or more are needed"
            })
    void whatMeasuresNothingIsRefusedAndItsOptionNamed(String arguments, String sentence) {
        Run run = run(arguments.split(" "));
        assertThat(run.err()).contains(sentence);
        assertThat(run.exit()).isEqualTo(2);
    }
}
