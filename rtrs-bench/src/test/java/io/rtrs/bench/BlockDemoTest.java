package io.rtrs.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** The programs as a user calls them, over the provider that needs no device. */
class BlockDemoTest {
    @TempDir
    private Path folder = Path.of("");

    private record Run(int exit, String out, String err) {}

    private static Run run(Object command, String... args) throws IOException {
        StringWriter err = new StringWriter();
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        PrintStream before = System.out;
        try (PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            System.setOut(to);
            int exit = BlockDemo.commandLine(command)
                    .setErr(new PrintWriter(err, true))
                    .execute(args);
            return new Run(exit, out.toString(StandardCharsets.UTF_8), err.toString());
        } finally {
            System.setOut(before);
        }
    }

    private Path file(int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return Files.write(folder.resolve("blocks"), content);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65536, 1_000_003})
    void aFileOfAnyLengthComesBackAsItWent(int bytes) throws IOException {
        Run run = run(
                new BlockDemo(),
                "--provider=inprocess",
                "--port=4001",
                "--bs=65536",
                "--qd=8",
                "--file=" + file(bytes));
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("verified").contains("latency us: p50").contains(bytes + " bytes");
        assertThat(run.exit()).isZero();
    }

    @Test
    void withoutInvalidationTheFileComesBackToo() throws IOException {
        Run run = run(
                new BlockDemo(),
                "--provider=inprocess",
                "--port=4002",
                "--no-always-invalidate",
                "--no-invalidate-reads",
                "--file=" + file(100_000));
        assertThat(run.out()).contains("always_invalidate N").contains("verified");
        assertThat(run.exit()).isZero();
    }

    @Test
    void aBlockSizeThatDoesNotFitIsNamedAndExitsWithOne() throws IOException {
        Run run = run(new BlockDemo(), "--provider=inprocess", "--port=4003", "--bs=126977", "--file=" + file(10));
        assertThat(run.err()).contains("block size 126977").contains("126976");
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void aWrongArgumentIsNamedWithItsValueAndExitsWithTwo() throws IOException {
        Run run = run(new BlockDemo(), "--file=x", "--qd=many");
        assertThat(run.err()).contains("--qd").contains("many");
        assertThat(run.exit()).isEqualTo(2);
    }

    @Test
    void aProviderThatIsNotThereIsNamed() throws IOException {
        Run run = run(new BlockDemo(), "--provider=carrier-pigeon", "--file=" + file(10));
        assertThat(run.err()).contains("carrier-pigeon").contains("ibverbs");
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void aLoadReportsEveryPatternWithoutErrors() throws IOException {
        Run run = run(
                new LoadMain(),
                "--provider=inprocess",
                "--port=4004",
                "--size=1048576",
                "--first-warm-up=0.1",
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
