package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rtrs.core.error.Errno;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.wire.InfoReq;
import io.rtrs.core.wire.Layouts;
import io.rtrs.core.wire.Protocol;
import io.rtrs.core.wire.ReadHeaderView;
import io.rtrs.core.wire.WriteHeaderView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What a client must not send: each is refused with the errno of the specification or ends the path, the reason names the
 * field and its value, another session goes on, and nothing is left behind.
 */
@ParameterizedClass(name = "alwaysInvalidate={0}")
@ValueSource(booleans = {true, false})
class ServerBadInputTest extends ServerTest {
    private static final int CHUNK = MemoryServer.CHUNK_SIZE;

    ServerBadInputTest(boolean alwaysInvalidate) {
        super(alwaysInvalidate);
    }

    private interface Change {
        void apply(MemorySegment conReq);
    }

    /** A first connection whose CON_REQ was changed. */
    private void refused(int errno, Change change, String... noted) throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            byte[] request = client.conReq(0, 2, true);
            change.apply(MemorySegment.ofArray(request));
            refused(client, request, errno, noted);
        }
        nothingElseIsTouched();
    }

    private void refused(RawClient client, byte[] request, int errno, String... noted) {
        RawClient.Rejected rejected = catchThrowableOfType(RawClient.Rejected.class, () -> client.connect(0, request));
        assertThat(rejected).isNotNull();
        assertThat(rejected.reason).isEqualTo(Protocol.REJECT_REASON); // spec/rtrs.md 19.4
        assertThat(rejected.errno()).isEqualTo(-errno);
        noted(noted);
    }

    // spec/rtrs.md 19.14
    @Test
    void wrongMagicIsRefused() throws IOException {
        refused(Errno.ECONNRESET, r -> r.set(Layouts.LE16, 2, (short) 0x1234), "CON_REQ.magic = " + 0x1234);
    }

    // spec/rtrs.md 19.14
    @Test
    void wrongMajorVersionIsRefused() throws IOException {
        refused(Errno.ECONNRESET, r -> r.set(Layouts.LE16, 4, (short) 0x0300), "CON_REQ.version = " + 0x300);
    }

    // spec/rtrs.md 19.15
    @Test
    void anotherMinorVersionIsAccepted() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            byte[] request = client.conReq(0, 1, true);
            MemorySegment.ofArray(request).set(Layouts.LE16, 4, (short) 0x0207);
            client.connect(0, request);
            client.exchangeInfo("minor");
            writeAndRead(client, 0);
        }
        nothingElseIsTouched();
    }

    // spec/rtrs.md 19.16
    @Test
    void connectionIndexBeyondTheCountIsRefused() throws IOException {
        refused(Errno.ECONNRESET, r -> r.set(Layouts.LE16, 6, (short) 2), "CON_REQ.cid = 2", "cid_num 2");
    }

    // spec/rtrs.md 19.16
    @Test
    void noConnectionsAreRefused() throws IOException {
        refused(Errno.ECONNRESET, r -> r.set(Layouts.LE16, 8, (short) 0), "CON_REQ.cid = 0", "cid_num 0");
    }

    // spec/rtrs.md 19.16
    @Test
    void tooManyConnectionsAreRefused() throws IOException {
        refused(Errno.ECONNRESET, r -> r.set(Layouts.LE16, 8, (short) 4097), "CON_REQ.cid_num = 4097");
    }

    // spec/rtrs.md 19.14; the connection manager pads what is short, so it is the magic or the count that is missing
    @Test
    void truncatedPrivateDataIsRefused() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            refused(client, Arrays.copyOf(client.conReq(0, 2, true), 3), Errno.ECONNRESET, "CON_REQ.");
        }
        try (RawClient client = new RawClient(server.address())) {
            refused(client, new byte[0], Errno.ECONNRESET, "CON_REQ.");
        }
        nothingElseIsTouched();
    }

    // spec/rtrs.md 4.2: a REQ holds 56 bytes of private data, the connection manager takes no more
    @Test
    void oversizedPrivateDataNeverReachesTheServer() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            byte[] request = Arrays.copyOf(client.conReq(0, 2, true), 57);
            assertThat(catchThrowableOfType(IOException.class, () -> client.connect(0, request)))
                    .isNotNull();
        }
        nothingElseIsTouched();
    }

    // spec/rtrs.md 19.18
    @Test
    void secondConnectionWithTheSameIndexIsRefused() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            client.connect(0, 3, true);
            refused(client, client.conReq(0, 3, true), Errno.ECONNRESET, "CON_REQ.cid = 0");
            client.connect(1, 3, true); // the path is as good as before
            client.connect(2, 3, true);
            client.exchangeInfo("patient");
            writeAndRead(client, 2);
        }
        nothingElseIsTouched();
    }

    // spec/rtrs.md 19.17
    @Test
    void pathOfAnUnknownSessionIsRefused() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            refused(
                    client,
                    client.conReq(0, 2, false),
                    Errno.ENXIO,
                    "CON_REQ.paths_uuid = " + client.sessionUuid,
                    "first_conn = 0");
        }
        nothingElseIsTouched();
    }

    // spec/rtrs.md 19.20
    @Test
    void secondPathBetweenTheSameAddressesIsRefused() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            client.sessionUuid = bystander.sessionUuid;
            refused(
                    client,
                    client.conReq(0, 2, false),
                    Errno.EEXIST,
                    "CON_REQ.sess_uuid = " + client.pathUuid,
                    Provider.ADDRESS.getHostAddress());
        }
        nothingElseIsTouched();
    }

    // spec/rtrs.md 19.19
    @Test
    void anotherConnectionCountOnTheSamePathIsRefused() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            client.connect(0, 3, true);
            refused(client, client.conReq(1, 2, true), Errno.ECONNRESET, "CON_REQ.cid_num = 2");
        }
        nothingElseIsTouched();
    }

    // spec/rtrs.md 19.21
    @Test
    void connectionOfAConnectedPathIsRefused() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            client.sessionUuid = bystander.sessionUuid;
            client.pathUuid = bystander.pathUuid;
            refused(client, client.conReq(0, 2, true), Errno.ECONNRESET, "CON_REQ.sess_uuid = " + client.pathUuid);
        }
        nothingElseIsTouched();
    }

    // ------------------------------------------------------------------ INFO_REQ

    private void infoCloses(byte[] message, String... noted) throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            client.connectAll(2);
            client.sendInfo(message);
            client.awaitDisconnected(0);
            client.awaitDisconnected(1); // spec/rtrs.md 19.28
            noted(noted);
        }
        nothingElseIsTouched();
    }

    private static byte[] info(String name) {
        byte[] message = new InfoReq("x").encode();
        byte[] bytes = name.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, message, 2, bytes.length);
        return message;
    }

    @Test
    void shortInfoCloses() throws IOException {
        infoCloses(Arrays.copyOf(new InfoReq("short").encode(), 271), "INFO_REQ.length = 271");
    }

    @Test
    void emptyInfoCloses() throws IOException {
        infoCloses(new byte[0], "INFO_REQ.length = 0");
    }

    @Test
    void infoOfAnotherTypeCloses() throws IOException {
        byte[] message = new InfoReq("type").encode();
        message[0] = 3;
        infoCloses(message, "INFO_REQ.type = 3");
    }

    @Test
    void unterminatedNameCloses() throws IOException {
        infoCloses(info("n".repeat(255)), "INFO_REQ.sessname length = 255");
    }

    // spec/rtrs.md 19.24
    @Test
    void slashInTheNameCloses() throws IOException {
        infoCloses(info("a/b"), "INFO_REQ.sessname", "a/b");
    }

    // spec/rtrs.md 19.24
    @Test
    void dotInTheNameCloses() throws IOException {
        infoCloses(info("a.b"), "INFO_REQ.sessname", "a.b");
    }

    // spec/rtrs.md 19.25
    @Test
    void nameOfAnotherSessionCloses() throws IOException {
        infoCloses(info("bystander"), "INFO_REQ.sessname", "bystander", bystander.sessionUuid.toString());
    }

    // spec/rtrs.md 19.23
    @Test
    void infoBeforeAllConnectionsCloses() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            client.connect(0, 3, true);
            client.connect(1, 3, true);
            client.sendInfo(new InfoReq("early").encode());
            client.awaitDisconnected(0);
            noted("INFO_REQ.connections = 2", "all 3 connections");
        }
        nothingElseIsTouched();
    }

    @Test
    void requestInsteadOfInfoCloses() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            client.connect(0, 1, true);
            client.connections.get(0).write(Immediates.HB_MSG, client.memory, 0, 0, 0, 0);
            client.awaitDisconnected(0);
            noted("the first message is not a SEND of INFO_REQ");
        }
        nothingElseIsTouched();
    }

    // ------------------------------------------------------------------ requests

    private interface Deed {
        void doIt(RawClient client) throws IOException;
    }

    private void closes(Deed deed, String... noted) throws IOException {
        try (RawClient client = RawClient.open(server.address(), "rude", 2)) {
            writeAndRead(client, 1);
            deed.doIt(client);
            client.awaitDisconnected(1);
            client.awaitDisconnected(0); // spec/rtrs.md 19.28
            noted(noted);
        }
        nothingElseIsTouched();
    }

    private static byte[] write(int userLength) {
        MemorySegment header = MemorySegment.ofArray(new byte[WriteHeaderView.SIZE]);
        WriteHeaderView.put(header, 0, userLength);
        return header.toArray(Layouts.U8);
    }

    private static byte[] read(int userLength, int sgCount, int length) {
        MemorySegment header = MemorySegment.ofArray(new byte[ReadHeaderView.SIZE_WITH_DESCRIPTOR]);
        ReadHeaderView.put(header, 0, userLength, 0, 4096, 1, length);
        header.set(Layouts.LE16, 6, (short) sgCount);
        return header.toArray(Layouts.U8);
    }

    // spec/rtrs.md 19.54
    @Test
    void writeHeaderThatCrossesTheEndOfItsChunkCloses() throws IOException {
        for (int offset : new int[] {CHUNK - 3, CHUNK - 1}) {
            closes(client -> client.post(1, 2, new byte[1], CHUNK - 1, offset), "IO_REQ.off = " + offset);
        }
    }

    // spec/rtrs.md 19.54
    @Test
    void readHeaderThatCrossesTheEndOfItsChunkCloses() throws IOException {
        byte[] start = Arrays.copyOf(read(0, 0, 0), 4);
        closes(client -> client.post(1, 2, start, CHUNK - 4, CHUNK - 4), "IO_REQ.off = " + (CHUNK - 4));
    }

    // spec/rtrs.md 19.54
    @Test
    void descriptorThatCrossesTheEndOfItsChunkCloses() throws IOException {
        byte[] start = Arrays.copyOf(read(0, 1, 8), 8);
        closes(client -> client.post(1, 2, start, CHUNK - 8, CHUNK - 8), "IO_REQ.off = " + (CHUNK - 8));
    }

    // spec/rtrs.md 19.52
    @Test
    void offsetBeyondTheChunkCloses() throws IOException {
        closes(client -> client.post(1, 2, new byte[0], 0, CHUNK), "IO_REQ.off = " + CHUNK);
    }

    // spec/rtrs.md 19.55
    @Test
    void userHeaderLongerThanTheOffsetCloses() throws IOException {
        closes(client -> client.post(1, 2, write(101), 100, 100), "request.usr_len = 101", "offset 100");
    }

    // spec/rtrs.md 19.55
    @Test
    void userHeaderOfAReadLongerThanTheOffsetCloses() throws IOException {
        closes(client -> client.post(1, 2, read(65535, 0, 0), 100, 100), "request.usr_len = 65535");
    }

    // spec/rtrs.md 19.55
    @Test
    void twoDescriptorsClose() throws IOException {
        closes(client -> client.post(1, 2, read(0, 2, 8), 100, 100), "READ.sg_cnt = 2");
    }

    @Test
    void descriptorLongerThanAChunkCloses() throws IOException {
        closes(client -> client.post(1, 2, read(0, 1, CHUNK + 1), 100, 100), "READ.desc.len = " + (CHUNK + 1));
    }

    @Test
    void descriptorOfFourGigabytesCloses() throws IOException {
        closes(client -> client.post(1, 2, read(0, 1, -1), 100, 100), "READ.desc.len = 4294967295");
    }

    @Test
    void emptyDescriptorCloses() throws IOException {
        closes(client -> client.post(1, 2, read(0, 1, 0), 100, 100), "READ.desc.len = 0");
    }

    @Test
    void descriptorLongerThanTheDataAreaCloses() throws IOException {
        closes(client -> client.post(1, 2, read(0, 1, 101), 100, 100), "READ.desc.len = 101", "data area of 100");
    }

    // spec/rtrs.md 19.53
    @Test
    void unknownMessageTypeCloses() throws IOException {
        byte[] header = write(0);
        header[0] = 9;
        closes(client -> client.post(1, 2, header, 100, 100), "request.type = 9");
    }

    // spec/rtrs.md 19.52
    @Test
    void bufferBeyondTheQueueDepthCloses() throws IOException {
        // With a queue depth that is a power of two, no such id fits the immediate.
        try (MemoryServer odd = new MemoryServer(alwaysInvalidate(), b -> b.queueDepth(6));
                RawClient client = RawClient.open(odd.address(), "odd", 2)) {
            int immediate = Immediates.of(Immediates.TYPE_IO_REQ, 6 << client.layout.memBits() | 100);
            client.postImmediate(1, 0, new byte[0], 0, immediate);
            client.awaitDisconnected(0);
            assertThat(odd.incidents()).contains("IO_REQ.buf_id = 6", "queue depth 6");
        }
        nothingElseIsTouched();
    }

    @Test
    void unknownImmediateTypeCloses() throws IOException {
        closes(client -> client.postImmediate(1, 2, new byte[0], 0, Immediates.of(5, 77)), "immediate.type = 5");
    }

    @Test
    void answerFromAClientCloses() throws IOException {
        closes(
                client -> client.postImmediate(0, 2, new byte[0], 0, Immediates.ioResponse(0, 2, false)),
                "immediate.type = 1");
    }

    @Test
    void requestOnAChunkInUseCloses() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        server.before = operation -> {
            arrived.countDown();
            Thread.ofVirtual().start(() -> {
                awaitUninterruptibly(go);
                operation.respond(0); // the path is gone by now: this only gives the operation back
            });
            return 0;
        };
        try (RawClient client = RawClient.open(server.address(), "rude", 2)) {
            client.postWrite(1, 3, new byte[0], new byte[0]);
            assertThat(arrived.await(Provider.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
            client.postImmediate(0, 3, new byte[0], 0, client.layout.ioRequest(3, 0));
            client.awaitDisconnected(0);
            noted("IO_REQ.buf_id = 3", "earlier request");
        } finally {
            server.before = null;
            go.countDown();
        }
        nothingElseIsTouched();
    }

    @Test
    void sendToAnEstablishedPathCloses() throws IOException {
        closes(client -> client.connections.get(1).send(client.memory, 0, 16), "only INFO_REQ may be");
    }

    @Test
    void emptySendToAnEstablishedPathCloses() throws IOException {
        closes(client -> client.connections.get(0).send(client.memory, 0, 0), "a SEND of 0 bytes");
    }

    // spec/rtrs.md 19.28
    @Test
    void writeOutsideTheClientsKeyEndsThePathOnly() throws IOException {
        closes(client -> client.post(1, 2, new byte[64], CHUNK * MemoryServer.QUEUE_DEPTH, 60));
    }

    static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
