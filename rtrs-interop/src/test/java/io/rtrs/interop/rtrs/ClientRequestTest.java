package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.imm.ImmediateLayout;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.wire.Layouts;
import io.rtrs.core.wire.Protocol;
import io.rtrs.core.wire.ReadHeaderView;
import io.rtrs.core.wire.WriteHeaderView;
import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;

/** Requests of the client as a raw server sees them. */
@Timeout(Subject.PATIENCE_S * 5)
class ClientRequestTest {
    private static final int READ_BYTES = 512;

    /** A READ as it lay in its chunk. */
    private record Read(int flags, int sgCount, long address, int rkey, long length) {}

    /** Answers reads with data, and keeps what they asked for. */
    private static class Reader extends RawScript {
        final List<Read> reads = new CopyOnWriteArrayList<>();
        final boolean invalidate;
        final int status;

        Reader(boolean invalidate, int status) {
            this.invalidate = invalidate;
            this.status = status;
        }

        @Override
        void onRequest(RawServerConnection connection, int immediate) {
            MemorySegment chunk = chunk(connection, immediate);
            int offset = new ImmediateLayout(QUEUE_DEPTH).offset(immediate);
            boolean wants = ReadHeaderView.sgCount(chunk, offset) == 1;
            Read read = new Read(
                    ReadHeaderView.flags(chunk, offset),
                    ReadHeaderView.sgCount(chunk, offset),
                    wants ? ReadHeaderView.address(chunk, offset) : 0,
                    wants ? ReadHeaderView.rkey(chunk, offset) : 0,
                    wants ? ReadHeaderView.length(chunk, offset) : 0);
            reads.add(read);
            if (wants && status == 0) {
                byte[] data = new byte[(int) read.length()];
                java.util.Arrays.fill(data, (byte) reads.size());
                connection.write(read.address(), read.rkey(), MemorySegment.ofArray(data));
            }
            boolean inv = invalidate && (read.flags() & Protocol.FLAG_NEED_INVAL) != 0;
            if (inv) {
                connection.sendInvalidate(read.rkey());
            }
            int id = bufferId(immediate);
            connection.sendImmediate(
                    Immediates.ioResponse(status, id, inv),
                    rkeyRsp(id, connection.server.chunks().region().getRkey()));
        }
    }

    private static MemorySegment chunk(RawServerConnection connection, int immediate) {
        int id = RawScript.bufferId(immediate);
        return connection.server.chunks().segment().asSlice((long) id * RawScript.CHUNK, RawScript.CHUNK);
    }

    @Test
    void aWriteLiesInItsChunkAsDataUserHeaderAndHeader() throws Exception { // spec/rtrs.md 19.41
        Object before = Subject.handles();
        List<Integer> immediates = new CopyOnWriteArrayList<>();
        RawScript script = new RawScript() {
            @Override
            void onRequest(RawServerConnection connection, int immediate) {
                immediates.add(immediate);
                super.onRequest(connection, immediate);
            }
        };
        try (RawServer server = new RawServer(script);
                ClientSession session = ClientBadInputTest.client(server).open()) {
            RegisteredMemory memory = session.allocate(4096);
            Clients.fill(memory.segment(), 3);
            byte[] header = "user header".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            server.chunks().segment().fill((byte) 0xa5);
            session.write(MemorySegment.ofArray(header), memory, 96, 1000);
            MemorySegment chunk = server.chunks().segment().asSlice(0, RawScript.CHUNK);
            assertThat(chunk.asSlice(0, 1000).mismatch(memory.segment().asSlice(96, 1000)))
                    .isEqualTo(-1);
            assertThat(chunk.asSlice(1000, header.length).toArray(Layouts.U8)).isEqualTo(header);
            int offset = 1000 + header.length;
            assertThat(WriteHeaderView.type(chunk, offset)).isEqualTo(Protocol.TYPE_WRITE);
            assertThat(WriteHeaderView.userLength(chunk, offset)).isEqualTo(header.length);
            assertThat(chunk.get(Layouts.U8, offset + WriteHeaderView.SIZE)).isEqualTo((byte) 0xa5);
            assertThat(immediates).containsExactly(new ImmediateLayout(RawScript.QUEUE_DEPTH).ioRequest(0, offset));
        }
        Clients.awaitHandles(before);
    }

    @ParameterizedTest(name = "windows {0}, the server invalidates {1}")
    @CsvSource({"true,true", "true,false", "false,true"})
    void aReadGetsItsDataWhetherOrNotTheServerInvalidatesItsKey(boolean windows, boolean invalidates)
            throws Exception { // spec/rtrs.md 19.42, 19.43, 19.45, 19.47, 19.51
        Object before = Subject.handles();
        Reader script = new Reader(invalidates, 0);
        try (RawServer server = new RawServer(script);
                ClientSession session = ClientBadInputTest.client(server)
                        .invalidateReads(windows)
                        .open()) {
            RegisteredMemory memory = session.allocate(2 * READ_BYTES);
            for (int i = 1; i <= 5; i++) {
                session.read(MemorySegment.ofArray(new byte[8]), memory, READ_BYTES, READ_BYTES);
                assertThat(memory.segment().get(Layouts.U8, READ_BYTES)).isEqualTo((byte) i);
                assertThat(memory.segment().get(Layouts.U8, 2 * READ_BYTES - 1)).isEqualTo((byte) i);
                assertThat(memory.segment().get(Layouts.U8, READ_BYTES - 1)).isZero();
            }
            session.read(MemorySegment.ofArray(new byte[8]), null, 0, 0);
            Set<Integer> keys = new TreeSet<>();
            for (Read read : script.reads.subList(0, 5)) {
                keys.add(read.rkey());
                assertThat(read.flags()).isEqualTo(windows && !Subject.revokesKeys() ? Protocol.FLAG_NEED_INVAL : 0);
                assertThat(read.address()).isEqualTo(memory.segment().address() + READ_BYTES);
                assertThat(read.length()).isEqualTo(READ_BYTES);
            }
            assertThat(keys)
                    .as("a key per read with windows, else the region's")
                    .hasSize(windows ? 5 : 1);
            assertThat(script.reads.get(5)).isEqualTo(new Read(0, 0, 0, 0, 0));
        }
        Clients.awaitHandles(before);
    }

    @Test
    void theKeyOfAReadThatIsOverIsRefused() throws Exception { // spec/rtrs.md 19.46
        Reader script = new Reader(true, 0) {
            @Override
            void onRequest(RawServerConnection connection, int immediate) {
                if (!reads.isEmpty()) {
                    Read over = reads.getFirst();
                    connection.write(over.address(), over.rkey(), MemorySegment.ofArray(new byte[READ_BYTES]));
                }
                super.onRequest(connection, immediate);
            }
        };
        try (RawServer server = new RawServer(script);
                ClientSession session = ClientBadInputTest.client(server).open()) {
            RegisteredMemory memory = session.allocate(2 * READ_BYTES);
            session.read(MemorySegment.ofArray(new byte[8]), memory, 0, READ_BYTES);
            assertThatThrownBy(() -> session.read(MemorySegment.ofArray(new byte[8]), memory, READ_BYTES, READ_BYTES))
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isIn(Errno.ECONNABORTED, Errno.ECONNRESET));
            assertThat(memory.segment().get(Layouts.U8, 0)).isEqualTo((byte) 1);
            assertThat(memory.segment().get(Layouts.U8, READ_BYTES)).isZero();
        }
    }

    @ParameterizedTest(name = "the server invalidates {0}")
    @CsvSource({"true", "false"})
    void aFailedReadLeavesItsWindowReadyForTheNext(boolean invalidates) throws Exception { // spec/rtrs.md 19.46
        try (RawServer server = new RawServer(new Reader(invalidates, -Errno.EIO));
                ClientSession session = ClientBadInputTest.client(server).open()) {
            RegisteredMemory memory = session.allocate(READ_BYTES);
            for (int i = 0; i < 300; i++) { // more than a window has keys
                assertThatThrownBy(() -> session.read(MemorySegment.ofArray(new byte[8]), memory, 0, READ_BYTES))
                        .isInstanceOfSatisfying(
                                RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
            }
            assertThat(session.paths().getFirst().isConnected()).isTrue();
        }
    }

    @Test
    void aChunksNewKeyIsUsedByItsNextRequest() throws Exception { // spec/rtrs.md 19.49
        List<Integer> seen = new ArrayList<>();
        RawScript script = new RawScript() {
            @Override
            void onRequest(RawServerConnection connection, int immediate) {
                synchronized (seen) {
                    seen.add(bufferId(immediate));
                }
                // A key that nobody has: the next request of this chunk must fail by it.
                connection.sendImmediate(Immediates.ioResponse(0, bufferId(immediate), false), rkeyRsp(0, 0x7f00));
            }
        };
        try (RawServer server = new RawServer(script);
                ClientSession session = ClientBadInputTest.client(server).open()) {
            RegisteredMemory memory = session.allocate(READ_BYTES);
            session.write(MemorySegment.ofArray(new byte[8]), memory, 0, READ_BYTES);
            assertThatThrownBy(() -> session.write(MemorySegment.ofArray(new byte[8]), memory, 0, READ_BYTES))
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ECONNABORTED));
            synchronized (seen) {
                assertThat(seen).containsExactly(0);
            }
        }
    }

    @Test
    void requestsTakeTheOtherPathWhenOneIsLost() throws Exception {
        assumeTrue(Subject.isSoftware());
        Object before = Subject.handles();
        try (RawServer server = new RawServer(new RawScript());
                ClientSession session = ClientBadInputTest.client(server)
                        .path("ip:%1$s@ip:%1$s".formatted(Subject.ADDRESS.getHostAddress()))
                        .open()) {
            assertThat(session.paths()).hasSize(2);
            assertThat(server.requests).extracting(r -> r.firstConnection()).containsExactly(true, true, false, true);
            RegisteredMemory memory = session.allocate(READ_BYTES);
            for (int i = 0; i < 10; i++) {
                session.write(MemorySegment.ofArray(new byte[8]), memory, 0, READ_BYTES);
            }
            for (var path : session.paths()) {
                assertThat(path.counter(io.rtrs.core.stats.PathCounter.WRITES)).isEqualTo(5);
            }
            server.connections().getFirst().disconnect();
            org.awaitility.Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> session.paths().stream()
                                    .filter(p -> p.isConnected())
                                    .count()
                            == 1);
            for (int i = 0; i < 10; i++) {
                session.write(MemorySegment.ofArray(new byte[8]), memory, 0, READ_BYTES);
            }
        }
        Clients.awaitHandles(before);
    }
}
