package io.rtrs.interop.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.interop.kernel.KernelModules;
import io.rtrs.interop.kernel.RnbdMapping;
import io.rtrs.interop.kernel.Shell;
import io.rtrs.interop.wire.Ends.Active;
import io.rtrs.interop.wire.Wire.Family;
import io.rtrs.interop.wire.Wire.Trouble;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** RTRS on software RoCE: with ours on the kernel's device, and with the kernel's own client and server. */
@Tag("vm")
@ExtendWith(KeepPackets.class)
class BlockWireTest {
    private static final int PORT = 1234;
    private static final String RAM_DISK = "/dev/ram0";
    private static final Path SESSIONS = Path.of("/sys/class/rtrs-server");

    private static Ends ends;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        // Without repetitions, which rxe does not survive while it registers memory: see docs/softroce.md.
        ends = new Ends("-Dio.rtrs.verbs.softroce.ackTimeout=24");
        Wire.trouble(Trouble.NONE);
    }

    @AfterAll
    static void stop() throws Exception {
        ends.end();
    }

    @ParameterizedTest(name = "client on {0}, {1}, always invalidate {2}")
    @CsvSource({"KERNEL,IPV4,true", "SOFTROCE,IPV4,true", "KERNEL,IPV6,false", "SOFTROCE,IPV6,false"})
    void ourClientReadsWhatItWroteToOurServer(Active client, Family family, boolean alwaysInvalidate) throws Exception {
        InetAddress server = Ends.passiveAddress(client, family);
        ends.passive(client).run("serve-blocks", server, PORT, alwaysInvalidate);
        String expected = use(client, family, BlockPeer.DEVICE, client == Active.SOFTROCE);
        assertThat(ends.passive(client).run("block-content")).isEqualTo(expected);
        ends.passive(client).run("end-blocks");
    }

    private static String use(Active client, Family family, String device, boolean invalidateReads) throws Exception {
        return ends.active(client)
                .run(
                        "use-blocks",
                        Ends.activeAddress(client, family),
                        Ends.passiveAddress(client, family),
                        PORT,
                        device,
                        invalidateReads,
                        BlockPeer.CAPACITY);
    }

    // spec/rnbd.md 8.18, 8.36
    @ParameterizedTest(name = "always invalidate {0}")
    @ValueSource(booleans = {true, false})
    void theKernelsClientMapsADeviceOfOurServer(boolean alwaysInvalidate) throws Exception {
        KernelModules modules = new KernelModules();
        ends.beyond.run("serve-blocks", Family.IPV4.beyond, PORT, alwaysInvalidate);
        try {
            modules.load("rnbd-client");
            Path original = Files.write(folder.resolve("original"), content());
            try (RnbdMapping mapping = map()) {
                for (String size : new String[] {"4096", "131072", "1M"}) {
                    copy(original, mapping.node(), size, "oflag=direct,sync");
                    assertThat(ends.beyond.run("block-content")).isEqualTo(checksum(original));
                }
            }
            try (RnbdMapping again = map()) {
                Path copy = folder.resolve("copy");
                copy(Path.of(again.node()), copy.toString(), "65536", "iflag=direct");
                assertThat(checksum(copy)).isEqualTo(checksum(original));
            }
        } finally {
            modules.unload(); // first: the kernel's client must not lose its server
        }
        ends.beyond.run("end-blocks");
    }

    private static RnbdMapping map() throws IOException {
        return RnbdMapping.map(
                Family.IPV4.here.getHostAddress(),
                Family.IPV4.beyond.getHostAddress(),
                PORT,
                "wire",
                BlockPeer.DEVICE,
                "rw");
    }

    private static byte[] content() {
        byte[] all = new byte[BlockPeer.CAPACITY];
        MemorySegment to = MemorySegment.ofArray(all);
        Content.fill(to.asSlice(0, all.length / 2), 17);
        Content.fill(to.asSlice(all.length / 2), 18);
        return all;
    }

    private static void copy(Path from, String to, String size, String flags) throws Exception {
        Shell.run("dd", "if=" + from, "of=" + to, "bs=" + size, flags);
    }

    private static String checksum(Path file) throws IOException {
        return Long.toString(BlockPeer.checksum(MemorySegment.ofArray(Files.readAllBytes(file))));
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
            String expected = use(Active.SOFTROCE, Family.IPV4, RAM_DISK, alwaysInvalidate.equals("Y"));
            Path copy = folder.resolve("ram");
            copy(Path.of(RAM_DISK), copy.toString(), "1M", "iflag=direct");
            assertThat(checksum(copy)).isEqualTo(expected);
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(SESSIONS).isEmptyDirectory());
        } finally {
            modules.unload();
        }
    }
}
