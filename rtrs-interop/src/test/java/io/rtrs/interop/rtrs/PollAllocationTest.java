package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Polling allocates nothing of itself: not only where the compiler finds that what is allocated need not be. */
@Timeout(Subject.PATIENCE_S * 5)
class PollAllocationTest {
    @Test
    void anIdlePollAllocatesNothingThoughTheCompilerKeepsEveryObject() throws Exception {
        assumeTrue(Subject.isSoftware()); // the emulated machine is too slow to warm up
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:-DoEscapeAnalysis",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Drtrs.test.provider=" + Subject.PROVIDER.name(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        IdlePolls.class.getName()))
                .redirectErrorStream(true)
                .start();
        List<String> said = process.inputReader(StandardCharsets.UTF_8).lines().toList();
        assertThat(process.waitFor()).as("%s", said).isZero();
        assertThat(said).contains(IdlePolls.SAYS + 0);
    }
}
