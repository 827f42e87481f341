package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.wire.ConReq;
import io.rtrs.core.wire.ConRsp;
import io.rtrs.core.wire.Descriptor;
import io.rtrs.core.wire.InfoRsp;
import io.rtrs.core.wire.Layouts;
import io.rtrs.interop.subject.Subject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a server may say wrongly while a path is established: the client names field and value, another session of the
 * process goes on, and nothing is leaked.
 */
@Timeout(Subject.PATIENCE_S * 5)
class ClientBadInputTest {
    private static final int QD = RawScript.QUEUE_DEPTH;
    private static final int CHUNK = RawScript.CHUNK;

    private Bystander bystander;
    private Object handles;

    @BeforeEach
    void openTheOtherSession() throws Exception {
        bystander = new Bystander();
        handles = Subject.handles();
    }

    @AfterEach
    void theOtherSessionIsUntouchedAndNothingIsLeft() throws Exception {
        Clients.awaitHandles(handles);
        bystander.check();
        bystander.close();
    }

    static RtrsClient.Builder client(RawServer server) {
        return Clients.to(new InetSocketAddress(Subject.ADDRESS, server.port()))
                .sessionName("bad")
                .ioConnections(1);
    }

    private static void assertOpenFails(RawScript script, int errno, String... parts) throws Exception {
        try (RawServer server = new RawServer(script)) {
            assertThatThrownBy(() -> client(server).open())
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(errno))
                    .message()
                    .contains(parts);
        }
    }

    static Stream<Arguments> badAccepts() { // spec/rtrs.md 19.35
        return Stream.of(
                Arguments.of("magic", change(0, 0x1234), "CON_RSP.magic = " + 0x1234),
                Arguments.of("major version", change(2, 0x0300), "CON_RSP.version = " + 0x0300),
                Arguments.of("errno", change(4, -5), "CON_RSP.errno = -5"),
                Arguments.of("queue depth", change(6, 0), "CON_RSP.queue_depth = 0"),
                Arguments.of("max_io_size 0", change32(8, 0), "CON_RSP.max_io_size = 0"),
                Arguments.of("max_io_size huge", change32(8, -1), "CON_RSP.max_io_size = 4294967295"),
                Arguments.of("max_hdr_size", change32(12, 8), "CON_RSP.max_hdr_size = 8"),
                Arguments.of("sizes together", change(6, 65535), "CON_RSP.queue_depth = 65535"));
    }

    private static Consumer<MemorySegment> change(int offset, int value) {
        return message -> message.set(Layouts.LE16, offset, (short) value);
    }

    private static Consumer<MemorySegment> change32(int offset, int value) {
        return message -> message.set(Layouts.LE32, offset, value);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badAccepts")
    void aBadConRspFailsTheOpenAndIsNamed(String what, Consumer<MemorySegment> change, String message)
            throws Exception {
        assertOpenFails(
                new RawScript() {
                    @Override
                    byte[] accept(ConReq request) {
                        byte[] bytes = new ConRsp.Accept(QD, MAX_IO, MAX_HEADER, true).encode();
                        change.accept(MemorySegment.ofArray(bytes));
                        return bytes;
                    }
                },
                Errno.ECONNRESET,
                message);
    }

    @Test
    void aSecondConnectionThatIsToldOtherSizesFailsTheOpen() throws Exception {
        assertOpenFails(
                new RawScript() {
                    @Override
                    byte[] accept(ConReq request) {
                        return new ConRsp.Accept(QD + request.cid(), MAX_IO, MAX_HEADER, true).encode();
                    }
                },
                Errno.ECONNRESET,
                "con 1",
                "queueDepth=9",
                "queueDepth=8");
    }

    @ParameterizedTest(name = "errno {0} on con {1}")
    @CsvSource({"6,0", "12,0", "17,0", "104,0", "1,1", "22,1"})
    void theErrnoOfARejectIsTheResult(int errno, int cid) throws Exception { // spec/rtrs.md 19.40
        assertOpenFails(
                new RawScript() {
                    @Override
                    byte @Nullable [] reject(ConReq request) {
                        return request.cid() == cid ? new ConRsp.Reject(-errno).encode() : null;
                    }
                },
                errno,
                "con " + cid,
                "CON_RSP.errno = -" + errno);
    }

    @Test
    void aRejectWithoutPayloadIsAConnectionReset() throws Exception {
        assertOpenFails(
                new RawScript() {
                    @Override
                    byte[] reject(ConReq request) {
                        return new byte[0];
                    }
                },
                // Where private data is padded, it is a CON_RSP that says nothing; without, the program refused.
                Subject.isIwarp() ? Errno.ECONNREFUSED : Errno.ECONNRESET,
                "refused con 0");
    }

    static Stream<Arguments> badInfos() { // spec/rtrs.md 19.37
        return Stream.of(
                info("sg_cnt 0", d -> count(d, 0), "INFO_RSP.sg_cnt = 0"),
                info("type", d -> type(d, 2), "INFO_RSP.type = 2"),
                info("short", d -> new byte[4], "INFO_RSP.length = 4"),
                info("descriptors missing", d -> count(d, 4), "INFO_RSP.length = 24"),
                info("sg_cnt does not divide", d -> encode(d, d, d), "INFO_RSP.sg_cnt = 3"),
                info("length 0", d -> encode(length(d, 0)), "INFO_RSP.desc[0].len = 0"),
                info("no multiple", d -> encode(length(d, CHUNK + 1)), "INFO_RSP.desc[0].len = " + (CHUNK + 1)),
                info("total too small", d -> encode(length(d, CHUNK)), "must sum up to " + QD + " chunks"),
                info("total too large", d -> encode(length(d, (QD + 1) * CHUNK)), "INFO_RSP.desc[0].len"),
                info(
                        "past the end of memory",
                        d -> encode(new Descriptor(-4096, d.rkey(), (long) QD * CHUNK)),
                        "INFO_RSP.desc[0].addr"));
    }

    private static Arguments info(String what, Function<Descriptor, byte[]> message, String expected) {
        return Arguments.of(what, message, expected);
    }

    private static byte[] encode(Descriptor... descriptors) {
        return new InfoRsp(List.of(descriptors)).encode();
    }

    private static byte[] count(Descriptor descriptor, int value) {
        byte[] bytes = encode(descriptor);
        MemorySegment.ofArray(bytes).set(Layouts.LE16, 2, (short) value);
        return bytes;
    }

    private static byte[] type(Descriptor descriptor, int value) {
        byte[] bytes = encode(descriptor);
        MemorySegment.ofArray(bytes).set(Layouts.LE16, 0, (short) value);
        return bytes;
    }

    private static Descriptor length(Descriptor descriptor, int length) {
        return new Descriptor(descriptor.address(), descriptor.rkey(), length);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badInfos")
    void aBadInfoRspFailsTheOpenAndIsNamed(String what, Function<Descriptor, byte[]> message, String expected)
            throws Exception {
        assertOpenFails(
                new RawScript() {
                    @Override
                    byte[] info(RawServerConnection service) {
                        return message.apply(chunks(service));
                    }
                },
                Errno.ECONNRESET,
                expected);
    }

    @ParameterizedTest(name = "{0} descriptors")
    @ValueSource(ints = {1, 2, 8})
    void everyValidPartitionOfTheChunksWorks(int count) throws Exception { // spec/rtrs.md 19.38
        RawScript script = new RawScript() {
            @Override
            byte[] info(RawServerConnection service) {
                Descriptor all = chunks(service);
                long each = all.length() / count;
                Descriptor[] parts = new Descriptor[count];
                for (int i = 0; i < count; i++) {
                    parts[i] = new Descriptor(all.address() + i * each, all.rkey(), each);
                }
                return encode(parts);
            }
        };
        try (RawServer server = new RawServer(script);
                ClientSession session = client(server).open()) {
            RegisteredMemory memory = session.allocate(512);
            session.write(Clients.header(0, 0), memory, 0, 512);
        }
    }

    @Test
    void aServerThatNeverAnswersAConnectTimesOut() throws Exception {
        try (RawServer server = new RawServer(new RawScript() {
            @Override
            byte @Nullable [] accept(ConReq request) {
                return request.cid() == 1 ? null : super.accept(request);
            }
        })) {
            assertTimesOut(server, "connecting, port " + server.port());
        }
    }

    @Test
    void aServerThatNeverSendsInfoRspTimesOut() throws Exception {
        try (RawServer server = new RawServer(new RawScript() {
            @Override
            byte @Nullable [] info(RawServerConnection service) {
                return null;
            }
        })) {
            assertTimesOut(server, "waiting for INFO_RSP");
        }
    }

    private static void assertTimesOut(RawServer server, String what) {
        assertThatThrownBy(() ->
                        client(server).connectTimeout(Duration.ofSeconds(3)).open())
                .isInstanceOfSatisfying(
                        RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ETIMEDOUT))
                .hasMessageContaining(what)
                .hasMessageContaining("3000 ms");
    }

    @Test
    void aServerThatDisconnectsInsteadOfInfoRspFailsTheOpen() throws Exception {
        assertOpenFails(
                new RawScript() {
                    @Override
                    byte @Nullable [] info(RawServerConnection service) {
                        service.disconnect();
                        return null;
                    }
                },
                Errno.ECONNRESET,
                "con 0: the server closed the connection");
    }

    @Test
    void anAddressWithoutADeviceIsNamed() {
        for (String path : new String[] {"ip:203.0.113.77", "ip:203.0.113.77@ip:" + Subject.ADDRESS.getHostAddress()}) {
            assertThatThrownBy(() -> RtrsClient.builder()
                            .sessionName("nowhere")
                            .provider(Subject.PROVIDER)
                            .path(path)
                            .connectTimeout(Duration.ofSeconds(3))
                            .open())
                    .isInstanceOfSatisfying(
                            RtrsException.class,
                            e -> assertThat(e.errno())
                                    .isIn(
                                            Errno.EHOSTUNREACH,
                                            Errno.ENODEV,
                                            Errno.ENETUNREACH,
                                            Errno.EADDRNOTAVAIL,
                                            Errno.ECONNREFUSED, // what a network's gateway says now and then
                                            Errno.ETIMEDOUT))
                    .hasMessageContaining("203.0.113.77");
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"a/b", "a.b", ""})
    void aBadNameIsRefusedBeforeAnythingIsSent(String name) throws Exception {
        try (RawServer server = new RawServer(new RawScript())) {
            assertThatThrownBy(() -> client(server).sessionName(name).open())
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
            assertThat(server.requests).isEmpty();
        }
    }

    @Test
    void connectionsComeOneAfterTheOtherWithOneIdentity() throws Exception { // spec/rtrs.md 19.30 to 19.33
        try (RawServer server = new RawServer(new RawScript());
                ClientSession session = client(server).ioConnections(3).open()) {
            List<ConReq> requests = List.copyOf(server.requests);
            assertThat(requests).extracting(ConReq::cid).containsExactly(0, 1, 2, 3);
            assertThat(requests).extracting(ConReq::cidNum).containsOnly(4);
            assertThat(requests).extracting(ConReq::reconnectCount).containsOnly(1);
            assertThat(requests).extracting(ConReq::firstConnection).containsOnly(true);
            assertThat(requests).extracting(ConReq::sessionUuid).containsOnly(session.uuid());
            assertThat(requests)
                    .extracting(ConReq::pathUuid)
                    .containsOnly(session.paths().getFirst().uuid());
            assertThat(session.uuid().version()).isEqualTo(4);
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> session.paths().getFirst().isConnected());
        }
    }
}
