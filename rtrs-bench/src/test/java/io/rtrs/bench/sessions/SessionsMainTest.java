package io.rtrs.bench.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.PrintWriter;
import java.io.StringWriter;

/** The program as a user calls it: two processes, a short run, and arguments that are wrong. */
class SessionsMainTest {
    private record Run(int exit, String err) {}

    private static Run run(String... args) {
        StringWriter err = new StringWriter();
        int exit = SessionsMain.commandLine().setErr(new PrintWriter(err, true)).execute(args);
        return new Run(exit, err.toString());
    }

    @Test
    void aShortRunEndsWell() {
        Run run = run("--sessions=3", "--rounds=1", "--warm-up=0.1", "--runtime=0.2");
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--sessions | 0 | 1 or more are needed",
                "--depth | 17 | the server takes 1 to 16 requests",
                "--rounds | 0 | 1 or more are needed"
            })
    void aWrongArgumentIsNamedWithItsValueAndTheRemedy(String option, String value, String remedy) {
        Run run = run(option + "=" + value);
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains(option).contains(value).contains(remedy);
    }
}
