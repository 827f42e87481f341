package io.rtrs.interop.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.interop.kernel.KernelModules;
import io.rtrs.interop.wire.Ends.Active;
import io.rtrs.interop.wire.Wire.Family;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;

/** RTRS on software RoCE: with ours on the kernel's device, and with the kernel's own server. */
class BlockWireTest extends BlockScene {
    /** Written many blocks at once. */
    private static final int DEEP = 1 << 20;

    private static final String RAM_DISK = "/dev/ram0";
    private static final Path SESSIONS = Path.of("/sys/class/rtrs-server");

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
                        DEEP);
    }

    // spec/rnbd.md 8.18
    @Tag("kernel-rtrs")
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
