package io.rtrs.interop.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rtrs.interop.rnbd.MemoryDevice;
import io.rtrs.interop.rnbd.RnbdMemoryServer;
import io.rtrs.interop.rnbd.RnbdMessage;
import io.rtrs.server.RtrsServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The kernel's rnbd-client maps memory devices of our server; what it writes is looked at on both sides. */
@Tag("kernel")
@ParameterizedClass(name = "always_invalidate {0}")
@ValueSource(booleans = {true, false})
class KernelClientTest {
    private static final int CAPACITY = 32 << 20;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @Parameter
    private boolean alwaysInvalidate;

    @TempDir
    private Path folder;

    private final MemoryDevice disk = new MemoryDevice("disk", CAPACITY, 512);
    private final MemoryDevice other = new MemoryDevice("pool/other", CAPACITY, 4096);
    private final KernelModules modules = new KernelModules();
    private RdmaResources before;
    private RtrsServer server;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        before = RdmaResources.now();
        RnbdMemoryServer rnbd = new RnbdMemoryServer(List.of(disk, other));
        server = RtrsServer.builder()
                .provider(Peers.provider())
                .listen(new InetSocketAddress(Peers.ADDRESS, Peers.PORT))
                .alwaysInvalidate(alwaysInvalidate)
                .handler(rnbd)
                .sessionListener(rnbd)
                .start();
        modules.load("rnbd-client");
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        try (disk;
                other;
                RtrsServer started = server) {
            modules.unload(); // first: the kernel's client must not lose its server
            awaitNoSession();
            assertThat(started.incidents()).isEmpty();
        } finally {
            modules.unload(); // what a device in use did not let go while the server was there
        }
        before.awaitAgain();
    }

    private static RnbdMapping map(String session, MemoryDevice device) throws IOException {
        return RnbdMapping.map(Peers.ADDRESS, Peers.PORT, session, device.name(), "rw");
    }

    private void awaitNoSession() {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(server.sessions()).isEmpty());
    }

    private static byte[] random(int length) {
        byte[] data = new byte[length];
        new Random(length).nextBytes(data);
        return data;
    }

    private static byte[] content(MemoryDevice device, long offset, int length) {
        return device.memory().asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private byte[] read(RnbdMapping mapping, int blockSize, int first, int count)
            throws IOException, InterruptedException {
        Path copy = folder.resolve("read");
        Shell.run(
                "dd",
                "if=" + mapping.node(),
                "of=" + copy,
                "iflag=direct",
                "bs=" + blockSize,
                "skip=" + first,
                "count=" + count);
        return Files.readAllBytes(copy);
    }

    private void write(RnbdMapping mapping, byte[] data, int blockSize, int first, String option)
            throws IOException, InterruptedException {
        Path original = Files.write(folder.resolve("original"), data);
        Shell.run(
                "dd",
                "if=" + original,
                "of=" + mapping.node(),
                "oflag=direct",
                "bs=" + blockSize,
                "seek=" + first,
                option);
    }

    // spec/rnbd.md 8.18, 8.36, 8.41
    @Test
    void ddReadsBackWhatItWroteEvenAfterMappingAgain() throws IOException, InterruptedException {
        byte[] expected = new byte[CAPACITY];
        int[] blockSizes = {512, 1536, 4096, 24064, 65536, 126976, 131072, 1 << 20};
        try (RnbdMapping mapping = map("dd", disk)) {
            assertThat(mapping.attribute("rnbd/state")).isEqualTo("open");
            for (int i = 0; i < blockSizes.length; i++) {
                int blockSize = blockSizes[i];
                int count = Math.clamp((2 << 20) / blockSize, 2, 64);
                int first = (CAPACITY / blockSize - count) / (blockSizes.length - 1) * i; // from the start to the end
                byte[] data = random(blockSize * count);
                write(mapping, data, blockSize, first, "conv=notrunc");
                System.arraycopy(data, 0, expected, first * blockSize, data.length);
                assertThat(content(disk, (long) first * blockSize, data.length))
                        .as("written, %d a block", blockSize)
                        .isEqualTo(data);
                assertThat(read(mapping, blockSize, first, count))
                        .as("read, %d a block", blockSize)
                        .isEqualTo(data);
            }
        }
        awaitNoSession();
        assertThat(disk.writers()).isZero();
        assertThat(content(disk, 0, CAPACITY)).isEqualTo(expected);

        try (RnbdMapping again = map("dd", disk)) {
            assertThat(read(again, 1 << 20, 0, CAPACITY >> 20)).isEqualTo(expected);
        }
        awaitNoSession();
    }

    // spec/rnbd.md 8.30
    @Test
    void fioVerifiesRandomReadsAndWritesThirtyTwoDeep() throws IOException, InterruptedException {
        try (RnbdMapping mapping = map("fio", disk)) {
            for (String sizes : new String[] {"--bs=4k", "--bsrange=512-128k"}) {
                Shell.run(
                        "fio",
                        "--name=verify",
                        "--filename=" + mapping.node(),
                        "--rw=randrw",
                        sizes,
                        "--size=4M",
                        "--iodepth=32",
                        "--ioengine=libaio",
                        "--direct=1",
                        "--verify=crc32c",
                        "--verify_fatal=1",
                        "--randseed=7");
            }
            assertThat(disk.reads()).isPositive();
            assertThat(disk.writes()).isPositive();
        }
        awaitNoSession();
    }

    // spec/rnbd.md 8.20, 8.21, 8.25, 8.37, 8.38
    @Test
    void flushFuaAndDiscardReachTheDevice() throws IOException, InterruptedException {
        byte[] data = random(1 << 16);
        try (RnbdMapping mapping = map("flush", disk)) {
            write(mapping, data, 4096, 0, "conv=fsync");
            assertThat(disk.flushes()).isPositive();
            assertThat(disk.forcedWrites()).isZero();

            write(mapping, data, 4096, 0, "oflag=dsync");
            assertThat(disk.forcedWrites()).isEqualTo(data.length / 4096);
            assertThat(content(disk, 0, data.length)).isEqualTo(data);

            Shell.run("blkdiscard", "--offset", "4096", "--length", "8192", mapping.node());
            assertThat(disk.discards()).isPositive();
            assertThat(content(disk, 4096, 8192)).containsOnly(0);
            assertThat(content(disk, 0, 4096)).isEqualTo(Arrays.copyOf(data, 4096));
            assertThat(content(disk, 12288, 4096)).isEqualTo(Arrays.copyOfRange(data, 12288, 16384));
        }
        awaitNoSession();
    }

    // spec/rnbd.md 8.17, 8.32
    @Test
    void twoDevicesShareOneSession() throws IOException, InterruptedException {
        byte[] data = random(1 << 16);
        try (RnbdMapping first = map("two", disk);
                RnbdMapping second = map("two", other)) {
            assertThat(server.sessions()).hasSize(1);
            assertThat(second.attribute("queue/logical_block_size")).isEqualTo("4096");
            write(second, data, 4096, 0, "conv=notrunc");
            assertThat(content(other, 0, data.length)).isEqualTo(data);
            assertThat(read(first, 4096, 0, 16)).containsOnly(0);
            assertThat(Long.parseLong(first.attribute("size"))).isEqualTo(CAPACITY / RnbdMessage.SECTOR_SIZE);
        }
        awaitNoSession();
    }

    // spec/rnbd.md 8.8, 8.11, 8.34; vm/kernel-log-allowed knows the names of the sessions
    @Test
    void refusedMappingSaysWhyAndLeavesNothingBehind() throws IOException {
        assertThatThrownBy(() -> RnbdMapping.map(Peers.ADDRESS, Peers.PORT, "absent", "missing", "rw"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No such file or directory");
        awaitNoSession();

        try (RnbdMapping first = map("first", disk)) {
            assertThat(first.attribute("rnbd/access_mode")).isEqualTo("rw");
            assertThatThrownBy(() -> map("second-writer", disk))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Operation not permitted");
            assertThat(disk.writers()).isOne();
        }
        awaitNoSession();
    }
}
