package io.rtrs.interop.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.interop.kernel.KernelModules;
import io.rtrs.interop.kernel.RnbdMapping;
import io.rtrs.interop.wire.Wire.Family;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel's {@code rnbd-client} on a device of our server, which is on software RoCE. */
@Tag("kernel-rtrs")
class KernelsClientWireTest extends BlockScene {
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
                for (String size : new String[] {"16384", "131072", "1M"}) {
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
}
