package io.rtrs.interop.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.interop.rnbd.AccessMode;
import io.rtrs.interop.rnbd.RnbdClient;
import io.rtrs.interop.rnbd.RnbdMessage;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Our client uses a ram disk of the kernel's rnbd-server; what it writes is looked at on both sides. */
@Tag("kernel")
@ParameterizedClass(name = "always_invalidate {0}")
@ValueSource(strings = {"Y", "N"})
class KernelServerTest {
    private static final String DEVICE = "/dev/ram0";
    private static final int CAPACITY = 16 << 20;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** Has a folder for each session of the kernel's server. */
    private static final Path SESSIONS = Path.of("/sys/class/rtrs-server");

    @Parameter
    private String alwaysInvalidate;

    @TempDir
    private Path folder;

    private final KernelModules modules = new KernelModules();
    private RdmaResources before;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        before = RdmaResources.now();
        modules.load("brd", "rd_nr=1", "rd_size=" + CAPACITY / 1024)
                .load("rtrs-server", "always_invalidate=" + alwaysInvalidate)
                .load("rnbd-server");
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        try {
            await().atMost(LIMIT).untilAsserted(() -> assertThat(SESSIONS).isEmptyDirectory());
        } finally {
            modules.unload();
        }
        before.awaitAgain();
    }

    private static RtrsClient.Builder client(String name) throws IOException {
        return RtrsClient.builder()
                .provider(Peers.provider())
                .sessionName(name)
                .path("ip:" + Peers.ADDRESS + "@ip:" + Peers.ADDRESS)
                .port(Peers.PORT);
    }

    /** What the kernel has on the ram disk. */
    private byte[] ramDisk() throws IOException, InterruptedException {
        Path copy = folder.resolve("ram");
        Shell.run("dd", "if=" + DEVICE, "of=" + copy, "bs=1M", "iflag=direct");
        return Files.readAllBytes(copy);
    }

    // spec/rnbd.md 8.18
    @ParameterizedTest(name = "invalidateReads {0}")
    @ValueSource(booleans = {true, false})
    void blocksOfAllSizesAreReadAsWritten(boolean invalidateReads) throws IOException, InterruptedException {
        Random random = new Random(11);
        byte[] expected = new byte[CAPACITY];
        try (ClientSession session =
                        client("sizes").invalidateReads(invalidateReads).open();
                RnbdClient device = RnbdClient.open(session, DEVICE, AccessMode.READ_WRITE);
                RegisteredMemory memory = session.allocate(session.maxIoSize())) {
            assertThat(device.device().sectors()).isEqualTo(CAPACITY / RnbdMessage.SECTOR_SIZE);
            for (int size : sizes(session.maxIoSize(), random)) {
                int sector = random.nextInt((CAPACITY - size) / RnbdMessage.SECTOR_SIZE + 1);
                byte[] data = new byte[size];
                random.nextBytes(data);
                MemorySegment.copy(data, 0, memory.segment(), ValueLayout.JAVA_BYTE, 0, size);
                RnbdClient.await(device.write(sector, memory, 0, size));
                System.arraycopy(data, 0, expected, sector * RnbdMessage.SECTOR_SIZE, size);

                memory.segment().fill((byte) 0xa5);
                RnbdClient.await(device.read(sector, memory, 0, size));
                assertThat(memory.segment().asSlice(0, size).toArray(ValueLayout.JAVA_BYTE))
                        .as("%d bytes at sector %d", size, sector)
                        .isEqualTo(data);
                assertThat(memory.segment().asSlice(size).toArray(ValueLayout.JAVA_BYTE))
                        .as("behind the %d bytes", size)
                        .matches(rest -> isFilledWith(rest, (byte) 0xa5));
            }
        }
        assertThat(ramDisk()).isEqualTo(expected);
    }

    private static boolean isFilledWith(byte[] bytes, byte value) {
        for (byte b : bytes) {
            if (b != value) {
                return false;
            }
        }
        return true;
    }

    private static List<Integer> sizes(int maxIoSize, Random random) {
        int max = maxIoSize / RnbdMessage.SECTOR_SIZE;
        List<Integer> sizes = new ArrayList<>();
        for (int sectors = 1; sectors < max; sectors *= 2) {
            sizes.add(sectors * RnbdMessage.SECTOR_SIZE);
        }
        sizes.add(max * RnbdMessage.SECTOR_SIZE);
        for (int i = 0; i < 24; i++) {
            sizes.add((1 + random.nextInt(max)) * RnbdMessage.SECTOR_SIZE);
        }
        return sizes;
    }

    @Test
    void manyRequestsAtOnceDoNotMix() throws IOException, InterruptedException {
        int size = 8192;
        int count = 256;
        byte[] expected = new byte[CAPACITY];
        try (ClientSession session = client("deep").open();
                RnbdClient device = RnbdClient.open(session, DEVICE, AccessMode.READ_WRITE);
                RegisteredMemory memory = session.allocate((long) size * count)) {
            byte[] data = new byte[size * count];
            new Random(12).nextBytes(data);
            MemorySegment.copy(data, 0, memory.segment(), ValueLayout.JAVA_BYTE, 0, data.length);
            System.arraycopy(data, 0, expected, 0, data.length);
            all(count, i -> device.write((long) i * size / RnbdMessage.SECTOR_SIZE, memory, (long) i * size, size));
            RnbdClient.await(device.flush());

            memory.segment().fill((byte) 0);
            all(count, i -> device.read((long) i * size / RnbdMessage.SECTOR_SIZE, memory, (long) i * size, size));
            assertThat(memory.segment().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(data);
        }
        assertThat(ramDisk()).isEqualTo(expected);
    }

    private interface Operation {
        CompletableFuture<Void> start(int index);
    }

    private static void all(int count, Operation operation) throws RtrsException {
        List<CompletableFuture<Void>> started = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            started.add(operation.start(i));
        }
        for (CompletableFuture<Void> future : started) {
            RnbdClient.await(future);
        }
    }

    // spec/rnbd.md 8.6, 8.8, 8.11, 8.15, 8.23
    @Test
    void errnosOfTheKernelArriveAndTheSessionGoesOn() throws IOException {
        try (ClientSession session = client("errnos").open();
                ClientSession second = client("second").open();
                RegisteredMemory memory = session.allocate(4096)) {
            assertThat(RnbdClient.sayVersion(session, 9)).isEqualTo(2);
            assertThat(RnbdClient.sayVersion(session, 1)).isEqualTo(1);
            assertErrno(Errno.ENOENT, () -> RnbdClient.open(session, "/dev/missing", AccessMode.READ_WRITE));
            RnbdClient device = RnbdClient.open(session, DEVICE, AccessMode.READ_WRITE);
            assertErrno(Errno.EPERM, () -> RnbdClient.open(second, DEVICE, AccessMode.READ_WRITE));
            long end = device.device().sectors();
            assertErrno(Errno.EIO, () -> RnbdClient.await(device.read(end, memory, 0, 4096)));
            RnbdClient.await(device.read(end - 8, memory, 0, 4096));

            device.close();
            device.close(); // an unknown id is no error
            assertErrno(Errno.ENOTCONN, () -> RnbdClient.await(device.read(0, memory, 0, 4096)));
            RnbdClient.open(second, DEVICE, AccessMode.READ_WRITE).close();
        }
    }

    private static void assertErrno(int errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RtrsException.class,
                        e -> assertThat(Errno.name(e.errno())).isEqualTo(Errno.name(errno)));
    }

    @Test
    void sessionAfterSessionFindsWhatTheOneBeforeWrote() throws IOException {
        for (int round = 0; round < 5; round++) {
            try (ClientSession session = client("round").open();
                    RnbdClient device = RnbdClient.open(session, DEVICE, AccessMode.READ_WRITE);
                    RegisteredMemory memory = session.allocate(4096)) {
                RnbdClient.await(device.read(0, memory, 0, 4096));
                assertThat(memory.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(round);
                memory.segment().fill((byte) (round + 1));
                RnbdClient.await(device.write(0, memory, 0, 4096));
            }
        }
    }
}
