package io.rtrs.interop.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.interop.kernel.KernelModules;
import io.rtrs.interop.kernel.Shell;
import io.rtrs.interop.wire.Wire.Family;
import io.rtrs.interop.wire.Wire.Trouble;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** RTRS on software RoCE with the kernel's own server. */
@Tag("vm")
class BlockWireTest {
    private static final int PORT = 1234;
    private static final String RAM_DISK = "/dev/ram0";
    private static final Path SESSIONS = Path.of("/sys/class/rtrs-server");

    private static Ends ends;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        // Without repetitions, which rxe with invalidations does not survive: see docs/softroce.md.
        ends = new Ends("-Dio.rtrs.verbs.softroce.ackTimeout=24");
        Wire.trouble(Trouble.NONE);
    }

    @AfterAll
    static void stop() throws Exception {
        ends.end();
    }

    // spec/rnbd.md 8.18
    @ParameterizedTest(name = "always_invalidate {0}")
    @ValueSource(strings = {"Y", "N"})
    void ourClientUsesARamDiskOfTheKernelsServer(String alwaysInvalidate) throws Exception {
        KernelModules modules = new KernelModules();
        modules.load("brd", "rd_nr=1", "rd_size=" + BlockPeer.CAPACITY / 1024)
                .load("rtrs-server", "always_invalidate=" + alwaysInvalidate)
                .load("rnbd-server");
        try {
            boolean invalidateReads = alwaysInvalidate.equals("Y");
            String expected = ends.beyond.run(
                    "use-blocks", Family.IPV4.beyond, Family.IPV4.here, PORT, RAM_DISK, invalidateReads);
            Path copy = folder.resolve("ram");
            Shell.run("dd", "if=" + RAM_DISK, "of=" + copy, "bs=1M", "iflag=direct");
            assertThat(BlockPeer.checksum(MemorySegment.ofArray(Files.readAllBytes(copy))))
                    .isEqualTo(Long.parseLong(expected));
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(SESSIONS).isEmptyDirectory());
        } finally {
            modules.unload();
        }
    }
}
