package io.rtrs.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/** The program as a user calls it, over the provider that needs no device. */
class LoadMainTest {
    private record Run(int exit, String out, String err) {}

    private static Run run(String... args) {
        StringWriter err = new StringWriter();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try (PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            System.setOut(to);
            int exit = LoadMain.commandLine().setErr(new PrintWriter(err, true)).execute(args);
            return new Run(exit, out.toString(StandardCharsets.UTF_8), err.toString());
        } finally {
            System.setOut(before);
        }
    }

    @Test
    void withoutInvalidationALoadRunsToo() {
        Run run = run(
                "--provider=inprocess",
                "--port=4002",
                "--no-always-invalidate",
                "--no-invalidate-reads",
                "--size=1048576",
                "--first-warm-up=0.1",
                "--longest-warm-up=0.1",
                "--warm-up=0.1",
                "--runtime=0.2",
                "--load=randread:4096:4");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("always_invalidate N").contains("errors 0");
        assertThat(run.exit()).isZero();
    }

    @Test
    void aWrongArgumentIsNamedWithItsValueAndExitsWithTwo() {
        Run run = run("--load=read:4096:1", "--size=many");
        assertThat(run.err()).contains("--size").contains("many");
        assertThat(run.exit()).isEqualTo(2);
    }

    @Test
    void aProviderThatIsNotThereIsNamed() {
        Run run = run("--provider=carrier-pigeon", "--load=read:4096:1");
        assertThat(run.err()).contains("carrier-pigeon").contains("ibverbs");
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void aLoadReportsEveryPatternWithoutErrors() {
        Run run = run(
                "--provider=inprocess",
                "--port=4004",
                "--size=1048576",
                "--first-warm-up=0.1",
                "--longest-warm-up=0.1",
                "--warm-up=0.1",
                "--runtime=0.2",
                "--load=randread:4096:4",
                "--load=write:512:1");
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("randread:4096:4")
                .contains("write:512:1")
                .contains("errors 0");
        assertThat(run.exit()).isZero();
    }
}
