package io.rtrs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** The demo as a user calls it. */
class DemoTest {
    @TempDir
    private Path folder = Path.of("");

    private String file(int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return Files.write(folder.resolve("blocks"), content).toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65536, 1_000_003})
    void aFileOfAnyLengthComesBackAsItWent(int bytes) throws IOException {
        Run run = Run.of("demo", "--provider=inprocess", "--port=0", "--bs=64K", "--qd=8", "--file=" + file(bytes));
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("verified: " + bytes + " bytes")
                .contains("p50", "p90", "p99", "p99.9", "max")
                .containsPattern("(?m)^write +\\d")
                .containsPattern("(?m)^read +\\d");
        assertThat(run.exit()).isZero();
    }

    @Test
    void theDefaultsWorkOnSoftwareRoce() {
        Run run = Run.of("demo", "--provider=softroce", "--size=4M");
        assertThat(run.out()).contains("blocks of 128K, 32 in flight").contains("verified: 4194304 bytes");
        assertThat(run.exit()).isZero();
    }

    @Test
    @EnabledOnOs(OS.LINUX) // which ends programs by signals
    void whatWasInterruptedBeforeItBeganHasNoFigures() throws Exception {
        try (Program demo = Program.start(folder, "demo", "--provider=inprocess", "--port=0", "--size=1G")) {
            demo.awaitLine("in blocks of"); // and the memory is cleared now
            demo.interrupt();
            assertThat(demo.exit()).isNotZero();
            assertThat(demo.errors()).containsOnlyOnce("interrupted");
            assertThat(demo.lines()).noneMatch(line -> line.contains("MiB/s") || line.startsWith("write"));
        }
    }

    @Test
    void jsonIsOneObjectAndNothingElse() {
        Run run = Run.of("demo", "--provider=inprocess", "--port=0", "--size=1M", "--bs=4K", "--json");
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .matches("\\{\"verified\":true,\"errors\":0,\"ops\":512,\"bytes\":2097152,\"seconds\":[0-9.]+,"
                        + "\"iops\":[0-9.]+,\"bytes_per_second\":[0-9]+,\"latency_us\":\\{\"p50\":[0-9.]+,\"p90\":[0-9.]+,"
                        + "\"p99\":[0-9.]+,\"p999\":[0-9.]+,\"max\":[0-9.]+},\"provider\":\"inprocess\","
                        + "\"rw\":\"write,read\",\"bs\":4096,\"qd\":32}\\R");
        assertThat(run.exit()).isZero();
    }

    @Test
    void theCountedPhaseComesAfterAWarmUpThatIsSaid() {
        Run run = Run.of("demo", "--provider=inprocess", "--port=0", "--size=2M", "--bs=64K");
        assertThat(run.out())
                .containsPattern(
                        "^2.00 MiB in blocks of 64K.*\\Rserver at .*; warmed up for [0-9.]+ s, which do not count\\R")
                .containsPattern("(?m)^ +MiB/s +IO/s +ops ");
        assertThat(run.exit()).isZero();
    }

    @Test
    void aPlainCopyAndAPlainStreamStandBesideTheFiguresOnRequest() {
        Run run = Run.of("demo", "--provider=inprocess", "--port=0", "--size=1M", "--bs=3000", "--compare");
        assertThat(run.out())
                .containsPattern(
                        "(?m)^beside it: a plain copy of memory [1-9][0-9]*\\.[0-9] MiB/s, a plain TCP stream on"
                                + " loopback [1-9][0-9]*\\.[0-9] MiB/s");
        run = Run.of("demo", "--provider=inprocess", "--port=0", "--size=1M", "--compare", "--json");
        assertThat(run.out())
                .containsPattern(
                        "\"qd\":32,\"copy_bytes_per_second\":[1-9][0-9]+,\"tcp_bytes_per_second\":[1-9][0-9]+}");
        assertThat(run.exit()).isZero();
    }

    @Test
    void withoutADeviceIbverbsSaysWhatIsMissingAndExitsWithOne() {
        Run run = Run.of("demo", "--provider=ibverbs", "--size=1M");
        if (run.exit() == 0) {
            assertThat(run.out()).contains("verified").contains("provider ibverbs"); // there is one
        } else {
            assertThat(run.err()).contains("ibverbs").hasLineCount(1);
            assertThat(run.exit()).isEqualTo(1);
        }
    }

    @Test
    void nobodyAtTheOtherEndIsSaidInOneLineAndExitsWithOne() {
        Run run = Run.of("io", "--provider=inprocess", "--connect=ip:127.0.0.1", "--port=9", "--rw=read");
        assertThat(run.err()).startsWith("rtrs io: ").contains("127.0.0.1").hasLineCount(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.exit()).isEqualTo(1);
    }
}
