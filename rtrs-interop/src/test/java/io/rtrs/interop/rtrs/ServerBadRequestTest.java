package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.core.Status;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.wire.Layouts;
import io.rtrs.core.wire.ReadHeaderView;
import io.rtrs.core.wire.WriteHeaderView;
import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What a client must not send on an established path: each ends the path, the reason names the field and its value,
 * another session goes on, and nothing is left behind.
 */
@ParameterizedClass(name = "alwaysInvalidate={0}")
@ValueSource(booleans = {true, false})
class ServerBadRequestTest extends ServerTest {
    private static final int CHUNK = MemoryServer.CHUNK_SIZE;

    ServerBadRequestTest(boolean alwaysInvalidate) {
        super(alwaysInvalidate);
    }

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
        server.before = (operation, handle) -> {
            arrived.countDown();
            Thread.ofVirtual().start(() -> {
                awaitUninterruptibly(go);
                operation.respond(handle, Status.OK); // the path is gone by now: this only gives the operation back
            });
        };
        try (RawClient client = RawClient.open(server.address(), "rude", 2)) {
            client.postWrite(1, 3, new byte[0], new byte[0]);
            assertThat(arrived.await(Subject.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
            client.postImmediate(0, 3, new byte[0], 0, client.layout.ioRequest(3, 0));
            client.awaitDisconnected(0);
            noted("IO_REQ.buf_id = 3", "earlier request");
        } finally {
            server.before = null;
            go.countDown();
        }
        nothingElseIsTouched();
    }

    /** The second comes while the answer to the first is gathered and not posted: nobody but this loop can post it. */
    @Test
    void requestsOnOneChunkInOneBatchDoNotHoldTheLoop() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        server.before = (operation, handle) -> {
            if (operation.bufferId() == 2) {
                arrived.countDown();
                awaitUninterruptibly(go); // on the loop: what comes meanwhile is one batch
            }
            operation.respond(handle, Status.OK);
        };
        try (RawClient client = RawClient.open(server.address(), "rude", 2)) {
            client.postWrite(1, 3, new byte[0], new byte[0]);
            client.answer(1);
            client.postWrite(1, 2, new byte[0], new byte[0]);
            assertThat(arrived.await(Subject.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 3; i++) {
                client.postImmediate(1, 3, new byte[0], 0, client.layout.ioRequest(3, 0));
            }
            go.countDown();
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
