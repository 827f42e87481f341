package io.rtrs.interop.rnbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.error.ProtocolException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class RnbdMemoryServerTest {
    private static final int SECTORS = 64;
    private static final int RW = AccessMode.READ_WRITE.wire();
    private static final int RO = AccessMode.READ_ONLY.wire();
    private static final int MIGRATION = AccessMode.MIGRATION.wire();

    private final MemoryDevice disk = new MemoryDevice("disk", SECTORS * 512L, 512);
    private final MemoryDevice big = new MemoryDevice("big", SECTORS * 512L, 4096);
    private final RnbdMemoryServer server = new RnbdMemoryServer(List.of(disk, big));
    private final FakeSession session = new FakeSession();

    @BeforeEach
    void connect() {
        server.onConnected(session);
    }

    @AfterEach
    void close() {
        disk.close();
        big.close();
    }

    private static byte[] open(FakeSession of, RnbdMemoryServer at, int mode, String name, Status expected) {
        FakeOperation operation = new FakeOperation(of, Direction.READ, new OpenReq(mode, name).encode(), OpenRsp.SIZE);
        assertThat(operation.answeredBy(at)).isEqualTo(expected);
        return operation.chunk().asSlice(0, OpenRsp.SIZE).toArray(ValueLayout.JAVA_BYTE);
    }

    private int open(int mode, String name) {
        return idOf(open(session, server, mode, name, Status.OK));
    }

    private static int idOf(byte[] openRsp) {
        try {
            return ((OpenRsp) RnbdMessage.decode(MemorySegment.ofArray(openRsp))).deviceId();
        } catch (ProtocolException e) {
            throw new AssertionError(e);
        }
    }

    private FakeOperation io(Direction direction, int id, long sector, int rw, int size, int dataLength) {
        return new FakeOperation(session, direction, new IoReq(id, sector, rw, size, 0).encode(), dataLength);
    }

    private Status close(int id) {
        return new FakeOperation(session, Direction.WRITE, new CloseReq(id).encode(), 0).answeredBy(server);
    }

    // spec/rnbd.md 8.6
    @ParameterizedTest
    @CsvSource({"2, 2", "1, 1", "9, 2", "0, 0", "255, 2"})
    void bothSpeakTheLowerVersion(int client, int agreed) throws ProtocolException {
        FakeOperation operation =
                new FakeOperation(session, Direction.READ, new SessInfo(client).encode(), SessInfoRsp.SIZE);

        assertThat(operation.answeredBy(server)).isEqualTo(Status.OK);
        assertThat(RnbdMessage.decode(operation.chunk())).isEqualTo(new SessInfoRsp(agreed));
    }

    // spec/rnbd.md 8.7, 8.26
    @Test
    void openNeedsNoSessInfoAndTellsTheLimits() throws ProtocolException {
        OpenRsp response =
                (OpenRsp) RnbdMessage.decode(MemorySegment.ofArray(open(session, server, RW, "big", Status.OK)));

        assertThat(response.sectors()).isEqualTo(SECTORS);
        assertThat(response.logicalBlockSize()).isEqualTo(4096);
        assertThat(response.cachePolicy()).isEqualTo(OpenRsp.CACHE_FUA | OpenRsp.CACHE_WRITE_BACK);
    }

    // spec/rnbd.md 8.8, 8.9, 8.10
    @Test
    void badOpenSaysWhy() {
        open(session, server, RW, "none", Status.NOT_FOUND);
        open(session, server, RW, "../disk", Status.INVALID);
        open(session, server, 3, "disk", Status.INVALID);
        assertThat(RnbdMemoryServer.openDevices(session)).isZero();
        assertThat(disk.writers()).isZero();
    }

    // spec/rnbd.md 8.11, 8.12
    @Test
    void writersAreCountedOverAllSessions() {
        FakeSession second = new FakeSession();
        FakeSession third = new FakeSession();
        server.onConnected(second);
        server.onConnected(third);
        open(RW, "disk");

        open(second, server, RW, "disk", Status.NOT_PERMITTED);
        open(second, server, MIGRATION, "disk", Status.OK);
        open(third, server, MIGRATION, "disk", Status.NOT_PERMITTED);
        open(third, server, RO, "disk", Status.OK);
        assertThat(disk.writers()).isEqualTo(2);
    }

    // spec/rnbd.md 8.13, 8.14, 8.17
    @Test
    void idsAreTheSmallestFreeOnes() {
        assertThat(open(RW, "disk")).isZero();
        assertThat(open(RW, "big")).isOne();
        assertThat(open(RW, "disk")).isZero();
        assertThat(disk.writers()).isOne();

        assertThat(close(0)).isEqualTo(Status.OK);
        assertThat(close(0)).isEqualTo(Status.OK);
        assertThat(close(77)).isEqualTo(Status.OK);
        assertThat(disk.writers()).isZero();
        assertThat(open(RO, "disk")).isZero();
    }

    // spec/rnbd.md 8.28, 8.29
    @Test
    void lostSessionGivesItsDevicesBackAndLeavesTheOthers() {
        FakeSession second = new FakeSession();
        server.onConnected(second);
        open(RW, "disk");
        open(second, server, RO, "big", Status.OK);
        assertThat(idOf(open(second, server, RO, "disk", Status.OK))).isOne();

        server.onDisconnected(session);

        assertThat(disk.writers()).isZero();
        assertThat(RnbdMemoryServer.openDevices(session)).isZero();
        assertThat(RnbdMemoryServer.openDevices(second)).isEqualTo(2);
    }

    // spec/rnbd.md 8.18
    @Test
    void whatIsWrittenIsRead() {
        int id = open(RW, "disk");
        byte[] data = new byte[4096];
        new Random(1).nextBytes(data);
        FakeOperation write = io(Direction.WRITE, id, 8, IoReq.WRITE, data.length, data.length);
        MemorySegment.copy(data, 0, write.chunk(), ValueLayout.JAVA_BYTE, 0, data.length);
        FakeOperation read = io(Direction.READ, id, 8, IoReq.READ | IoReq.SYNC, data.length, data.length);

        assertThat(write.answeredBy(server)).isEqualTo(Status.OK);
        assertThat(read.answeredBy(server)).isEqualTo(Status.OK);

        assertThat(read.chunk().asSlice(0, data.length).toArray(ValueLayout.JAVA_BYTE))
                .isEqualTo(data);
        assertThat(disk.memory().asSlice(7 * 512, 512).toArray(ValueLayout.JAVA_BYTE))
                .containsOnly(0);
        assertThat(disk.memory().asSlice(16 * 512, 512).toArray(ValueLayout.JAVA_BYTE))
                .containsOnly(0);
        assertThat(disk.reads()).isOne();
        assertThat(disk.writes()).isOne();
    }

    // spec/rnbd.md 8.20, 8.21
    @Test
    void flushAndDiscardCarryNoData() {
        int id = open(RW, "disk");
        disk.memory().fill((byte) 7);

        assertThat(io(Direction.READ, id, -1, IoReq.FLUSH | IoReq.SYNC | IoReq.FUA, 0, 0)
                        .answeredBy(server))
                .isEqualTo(Status.OK);
        assertThat(io(Direction.WRITE, id, 1, IoReq.DISCARD, 1024, 0).answeredBy(server))
                .isEqualTo(Status.OK);

        byte[] expected = new byte[SECTORS * 512];
        Arrays.fill(expected, (byte) 7);
        Arrays.fill(expected, 512, 1536, (byte) 0);
        assertThat(disk.memory().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(expected);
        assertThat(disk.flushes()).isOne();
        assertThat(disk.discards()).isOne();
    }

    // spec/rnbd.md 8.23
    @ParameterizedTest
    @CsvSource({
        "64, 512, EIO",
        "63, 1024, EIO",
        "-1, 512, EIO",
        "0x7fffffffffffffff, 512, EIO",
        "0x80000000000000, 512, EIO",
        "0, 0, EINVAL",
        "0, 511, EINVAL",
        "0, 4608, EINVAL",
        "0, 0x80000000, EINVAL"
    })
    void extentThatIsNotOnTheDeviceOrInTheDataIsRefused(String sector, String size, String errno) {
        int id = open(RW, "disk");
        int length = Long.decode(size).intValue();

        for (int operation : new int[] {IoReq.READ, IoReq.WRITE}) {
            Direction direction = operation == IoReq.READ ? Direction.READ : Direction.WRITE;
            FakeOperation request = io(direction, id, Long.decode(sector), operation, length, 4096);
            assertThat(request.answeredBy(server).symbol()).isEqualTo(errno);
        }
    }

    @Test
    void extentOffTheBlockBoundaryIsRefused() {
        int id = open(RW, "big");

        assertThat(io(Direction.READ, id, 1, IoReq.READ, 4096, 4096).answeredBy(server))
                .isEqualTo(Status.INVALID);
        assertThat(io(Direction.READ, id, 8, IoReq.READ, 512, 4096).answeredBy(server))
                .isEqualTo(Status.INVALID);
        assertThat(io(Direction.READ, id, 8, IoReq.READ, 4096, 4096).answeredBy(server))
                .isEqualTo(Status.OK);
    }

    @Test
    void operationAgainstTheDirectionOfTheRequestIsRefused() {
        int id = open(RW, "disk");

        assertThat(io(Direction.READ, id, 0, IoReq.WRITE, 512, 512).answeredBy(server))
                .isEqualTo(Status.INVALID);
        assertThat(io(Direction.WRITE, id, 0, IoReq.READ, 512, 512).answeredBy(server))
                .isEqualTo(Status.INVALID);
        assertThat(disk.reads() + disk.writes()).isZero();
    }

    // spec/rnbd.md 8.24
    @Test
    void readOnlyMappingIsNotWritten() {
        int id = open(RO, "disk");

        assertThat(io(Direction.WRITE, id, 0, IoReq.WRITE, 512, 512).answeredBy(server))
                .isEqualTo(Status.READ_ONLY);
        assertThat(io(Direction.WRITE, id, 0, IoReq.DISCARD, 512, 0).answeredBy(server))
                .isEqualTo(Status.READ_ONLY);
        assertThat(io(Direction.READ, id, 0, IoReq.READ, 512, 512).answeredBy(server))
                .isEqualTo(Status.OK);
    }

    // spec/rnbd.md 8.15
    @ParameterizedTest
    @ValueSource(ints = {1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void unknownDeviceIsNotConnected(int id) {
        open(RW, "disk");

        assertThat(io(Direction.READ, id, 0, IoReq.READ, 512, 512).answeredBy(server))
                .isEqualTo(Status.NOT_CONNECTED);
    }

    // spec/rnbd.md 8.22
    @ParameterizedTest
    @ValueSource(ints = {4, 5, 6, 255})
    void unknownOperationIsNotExecutedAsAnother(int operation) {
        int id = open(RW, "disk");

        assertThat(io(Direction.READ, id, 0, operation, 512, 512).answeredBy(server))
                .isEqualTo(Status.NOT_SUPPORTED);
        assertThat(io(Direction.WRITE, id, 0, operation, 512, 512).answeredBy(server))
                .isEqualTo(Status.NOT_SUPPORTED);
        assertThat(disk.reads() + disk.writes() + disk.flushes() + disk.discards())
                .isZero();
    }

    // spec/rnbd.md 8.16
    @Test
    void messageThatIsNotForServersIsRefused() {
        FakeOperation response = new FakeOperation(session, Direction.WRITE, new SessInfoRsp(2).encode(), 0);
        FakeOperation unknown = new FakeOperation(session, Direction.WRITE, new byte[] {9, 0, 0, 0}, 0);
        FakeOperation empty = new FakeOperation(session, Direction.WRITE, new byte[0], 0);

        assertThat(response.answeredBy(server)).isEqualTo(Status.INVALID);
        assertThat(unknown.answeredBy(server)).isEqualTo(Status.INVALID);
        assertThat(empty.answeredBy(server)).isEqualTo(Status.INVALID);
    }

    @Test
    void answerThatDoesNotFitIsNotWritten() {
        FakeOperation operation = new FakeOperation(session, Direction.READ, new OpenReq(RW, "disk").encode(), 55);

        assertThat(operation.answeredBy(server)).isEqualTo(Status.INVALID);
        assertThat(operation.chunk().asSlice(0, 55).toArray(ValueLayout.JAVA_BYTE))
                .containsOnly(0xa5);
    }
}
