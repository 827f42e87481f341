package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rtrs.core.error.Errno;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.wire.InfoReq;
import io.rtrs.core.wire.Layouts;
import io.rtrs.core.wire.Protocol;
import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a client must not send to establish a path: each is refused with the errno of the specification or ends the
 * path, the reason names the field and its value, another session goes on, and nothing is left behind.
 */
@ParameterizedClass(name = "alwaysInvalidate={0}")
@ValueSource(booleans = {true, false})
class ServerBadHandshakeTest extends ServerTest {
    ServerBadHandshakeTest(boolean alwaysInvalidate) {
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

    // spec/rtrs.md 4.2: a REQ holds 56 bytes of private data, the connection manager takes no more; on iWARP 252
    @Test
    void oversizedPrivateDataNeverReachesTheServer() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            byte[] request = Arrays.copyOf(client.conReq(0, 2, true), Subject.isIwarp() ? 253 : 57);
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
                    Subject.ADDRESS.getHostAddress());
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
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
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
}
