package io.rtrs.bench.paths;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** The program as a user calls it: two processes, a short run, and arguments that are wrong. */
class PathsMainTest {
    private record Run(int exit, String err) {}

    /** Addresses that no other process of this test has. */
    private static String path(int number) {
        long pid = ProcessHandle.current().pid();
        String net = "127." + (1 + pid / 250 % 250) + "." + (1 + pid % 250) + ".";
        return net + number + "@" + net + (number + 1);
    }

    private static Run run(String... more) {
        List<String> arguments = new ArrayList<>(List.of("--path=" + path(1), "--path=" + path(3)));
        arguments.addAll(List.of(more));
        return runWith(arguments);
    }

    private static Run runWith(List<String> arguments) {
        StringWriter err = new StringWriter();
        int exit = PathsMain.commandLine().setErr(new PrintWriter(err, true)).execute(arguments.toArray(String[]::new));
        return new Run(exit, err.toString());
    }

    @Test
    @EnabledOnOs(OS.LINUX) // elsewhere not all of 127.0.0.0/8 is this machine
    void aShortRunEndsWell() {
        Run run = run("--part=submitters,paths", "--rounds=1", "--warm-up=0.05", "--runtime=0.1");
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--part | policy | there are paths, policies, submitters",
                "--path | 10.9.2.1@10.9.2.2 | two different ones are needed",
                "--path | 10.9.2.1 | two IP addresses are needed",
                "--path | here@there | two IP addresses are needed",
                "--port | 0 | 1 to 65535 are possible",
                "--port | 65536 | 1 to 65535 are possible",
                "--rate | fast | a number and kbit, mbit or gbit is needed",
                "--rate | 0mbit | a number and kbit, mbit or gbit is needed",
                "--heartbeat-ms | 0 | 1 or more are needed",
                "--depth | 0 | 1 to 128 are possible",
                "--depth | 129 | 1 to 128 are possible",
                "--rounds | 0 | 1 or more are needed",
                "--warm-up | -1 | 0 seconds or more are possible",
                "--runtime | 0 | more than 0 seconds are needed"
            })
    void aWrongArgumentIsNamedWithItsValueAndTheRemedy(String option, String value, String remedy) {
        Run run = run("--device=none", option + "=" + value);
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains(option).contains(value).contains(remedy);
    }

    @Test
    void onePathTwiceIsNotTwo() {
        Run run = runWith(List.of("--path=" + path(1), "--path=" + path(1), "--part=paths"));
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("--path " + path(1)).contains("two different ones are needed");
    }

    @Test
    void nothingIsSlowedDownWithoutANameForIt() {
        Run run = run("--part=paths,policies");
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("--device is needed");
    }
}
