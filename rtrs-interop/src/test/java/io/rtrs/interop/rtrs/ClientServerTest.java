package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Data, results and limits between our client and our server. */
@Timeout(Subject.PATIENCE_S * 5)
class ClientServerTest {

    @ParameterizedTest(name = "alwaysInvalidate {0}, invalidateReads {1}")
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void dataOfEverySizeComesBackAsItWasWritten(boolean alwaysInvalidate, boolean invalidateReads) throws Exception {
        Object before = Subject.handles();
        try (MemoryServer server = new MemoryServer(alwaysInvalidate);
                ClientSession session = Clients.to(server.address())
                        .invalidateReads(invalidateReads)
                        .open()) {
            int max = session.maxIoSize(); // spec/rtrs.md 19.59
            RegisteredMemory memory = session.allocate(2L * max);
            for (int length : new int[] {0, 1, 511, 512, 4096, max - 1, max}) { // spec/rtrs.md 19.41 to 19.43
                assertThat(Clients.roundTrip(session, memory, 3, length, length))
                        .as("length " + length)
                        .isTrue();
            }
            long seed = System.nanoTime();
            Random random = new Random(seed);
            for (int i = 0; i < 20; i++) {
                int length = random.nextInt(max + 1);
                assertThat(Clients.roundTrip(session, memory, random.nextInt(5000), length, i))
                        .as("length " + length + ", seed " + seed)
                        .isTrue();
            }
        }
        Clients.awaitHandles(before);
    }

    @ParameterizedTest(name = "chunks of {0} bytes")
    @ValueSource(ints = {131072, 262144})
    void largeRequestsFitLargeChunks(int chunkSize) throws Exception {
        try (MemoryServer server = new MemoryServer(true, builder -> builder.chunkSize(chunkSize));
                ClientSession session = Clients.to(server.address()).open()) {
            int max = session.maxIoSize();
            assertThat(max).isEqualTo(chunkSize - MemoryServer.HEADER_SIZE);
            RegisteredMemory memory = session.allocate(2L * max);
            assertThat(Clients.roundTrip(session, memory, 0, 65536, 1)).isTrue();
            assertThat(Clients.roundTrip(session, memory, 0, max, 2)).isTrue();
        }
    }

    @Test
    void ipv6WorksAsIpv4() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address6()).open()) {
            RegisteredMemory memory = session.allocate(8192);
            assertThat(Clients.roundTrip(session, memory, 100, 4096, 1)).isTrue();
            assertThat(session.paths().getFirst().name()).contains("@ip:");
        }
    }

    @Test
    void severalSessionsShareAServer() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession one =
                        Clients.to(server.address()).sessionName("one").open();
                ClientSession two =
                        Clients.to(server.address()).sessionName("two").open();
                ClientSession three =
                        Clients.to(server.address()).sessionName("three").open()) {
            int place = 0;
            for (ClientSession session : new ClientSession[] {one, two, three}) {
                RegisteredMemory memory = session.allocate(8192);
                assertThat(Clients.roundTrip(session, memory, place += 10_000, 4096, place))
                        .isTrue();
            }
            assertThat(server.server.sessions()).hasSize(3);
            assertThat(one.uuid()).isNotEqualTo(two.uuid());
        }
    }

    @ParameterizedTest(name = "errno {0}")
    @ValueSource(ints = {1, 5, 28, 107, 125})
    void theServersErrnoIsTheResult(int errno) throws Exception { // spec/rtrs.md 19.56
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address()).open()) {
            RegisteredMemory memory = session.allocate(8192);
            assertThatThrownBy(() -> session.write(Clients.header(0, errno), memory, 0, 512))
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
            assertThatThrownBy(() -> session.read(Clients.header(0, errno), memory, 0, 512))
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
            assertThat(Clients.roundTrip(session, memory, 0, 512, errno)).isTrue();
        }
    }

    @Test
    void adminPermitsTakeTheServiceConnection() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address()).open()) {
            RegisteredMemory memory = session.allocate(8192);
            Clients.fill(memory.segment(), 9);
            session.submit(Direction.WRITE, ConnectionType.ADMIN, MemoryServer.header(50, 0), memory, 0, 4096)
                    .get(Subject.PATIENCE_S, TimeUnit.SECONDS);
            session.submit(Direction.READ, ConnectionType.IO, MemoryServer.header(50, 0), memory, 4096, 4096)
                    .get(Subject.PATIENCE_S, TimeUnit.SECONDS);
            session.submit(Direction.READ, ConnectionType.ADMIN, MemoryServer.header(50, 0), memory, 4096, 4096)
                    .get(Subject.PATIENCE_S, TimeUnit.SECONDS);
            assertThat(memory.segment().asSlice(4096).mismatch(memory.segment().asSlice(0, 4096)))
                    .isEqualTo(-1);
        }
    }

    @Test
    void aRequestThatNoChunkTakesIsRefusedHere() throws Exception { // spec/rtrs.md 19.59
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address()).open()) {
            int max = session.maxIoSize();
            RegisteredMemory memory = session.allocate(max + 1L);
            Permit permit = session.getPermit(ConnectionType.IO);
            MemorySegment none = MemorySegment.ofArray(new byte[0]);
            assertThat(session.request(Direction.WRITE, permit, (p, s) -> {}, none, memory, 0, max + 1))
                    .isEqualTo(Status.TOO_LONG);
            MemorySegment longest = MemorySegment.ofArray(new byte[MemoryServer.HEADER_SIZE - 23]);
            assertThat(session.request(Direction.READ, permit, (p, s) -> {}, longest, memory, 0, 1))
                    .isEqualTo(Status.TOO_LONG);
            assertThat(session.request(Direction.WRITE, permit, (p, s) -> {}, none, memory, 2, max))
                    .isEqualTo(Status.INVALID);
            assertThat(session.request(Direction.WRITE, permit, (p, s) -> {}, none, null, 0, 1))
                    .isEqualTo(Status.INVALID);
            session.putPermit(permit);
        }
    }

    @ParameterizedTest(name = "alwaysInvalidate {0}")
    @ValueSource(booleans = {true, false})
    void unregisteredMemoryIsCopied(boolean alwaysInvalidate) throws Exception {
        try (MemoryServer server = new MemoryServer(alwaysInvalidate);
                ClientSession session =
                        Clients.to(server.address()).copyBuffers(true).open()) {
            byte[] out = new byte[3000];
            Clients.fill(MemorySegment.ofArray(out), 4);
            byte[] in = new byte[3000];
            assertThat(copied(session, Direction.WRITE, out)).isEqualTo(Status.OK);
            assertThat(copied(session, Direction.READ, in)).isEqualTo(Status.OK);
            assertThat(in).isEqualTo(out);
        }
    }

    private static Status copied(ClientSession session, Direction direction, byte[] data) throws Exception {
        Permit permit = session.getPermit(ConnectionType.IO);
        CompletableFuture<Status> status = new CompletableFuture<>();
        Status accepted = session.requestCopied(
                direction, permit, (p, s) -> status.complete(s), Clients.header(7, 0), MemorySegment.ofArray(data));
        assertThat(accepted).isEqualTo(Status.OK);
        Status result = status.get(Subject.PATIENCE_S, TimeUnit.SECONDS);
        session.putPermit(permit);
        return result;
    }

    @Test
    void memoryCannotBeTakenAwayFromARequest() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address()).open()) {
            CompletableFuture<Held> held = new CompletableFuture<>();
            server.before = (operation, handle) -> held.complete(new Held(operation, handle));
            RegisteredMemory memory = session.allocate(4096);
            CompletableFuture<Void> write =
                    session.submit(Direction.WRITE, ConnectionType.IO, MemoryServer.header(0, 0), memory, 0, 4096);
            Held operation = held.get(Subject.PATIENCE_S, TimeUnit.SECONDS);
            assertThatThrownBy(memory::close)
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
            operation.respond(Status.OK);
            write.get(Subject.PATIENCE_S, TimeUnit.SECONDS);
            memory.close();
            memory.close();
            assertThat(memory.segment().scope().isAlive()).isFalse();
        }
    }

    @Test
    void aPortWhereNobodyListensIsNamed() throws Exception {
        Object before = Subject.handles();
        InetSocketAddress nobody = new InetSocketAddress(Subject.ADDRESS, 9);
        assertThatThrownBy(() -> Clients.to(nobody).open())
                .isInstanceOfSatisfying(
                        RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ECONNREFUSED))
                .hasMessageContaining("nobody listens on port 9");
        Clients.awaitHandles(before);
    }
}
