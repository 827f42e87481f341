package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.interop.subject.Subject;
import io.rtrs.server.RequestHandler;
import io.rtrs.server.ServerOperation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

/** Answers whose bytes are sent from the handler's own memory. */
@Timeout(180)
@ParameterizedClass(name = "alwaysInvalidate={0}")
@ValueSource(booleans = {true, false})
class ServerAnswerFromTest {
    private static final int SIZE = 64 << 10;
    private static final int LENGTH = 4000;

    private final boolean alwaysInvalidate;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment first = random(1);
    private final MemorySegment second = random(2);
    private final MemorySegment strange = random(3);
    private final AtomicReference<Throwable> seen = new AtomicReference<>();
    private Object handlesBefore = "";
    private MemoryServer server;
    private RawClient client;

    ServerAnswerFromTest(boolean alwaysInvalidate) {
        this.alwaysInvalidate = alwaysInvalidate;
    }

    private MemorySegment random(int seed) {
        byte[] bytes = new byte[SIZE];
        new Random(seed).nextBytes(bytes);
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    }

    @BeforeEach
    void start() throws IOException {
        handlesBefore = Subject.handles();
        server = new MemoryServer(
                alwaysInvalidate, b -> b.answerFrom(first, second).heartbeat(Duration.ofMinutes(10), 5));
        client = RawClient.open(server.address(), "answers", 2);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
        Clients.awaitHandles(handlesBefore);
        arena.close();
    }

    private void readFrom(MemorySegment memory, long offset) {
        server.before = (operation, handle) -> operation.respond(handle, memory, offset);
    }

    /** The handler's first try fails, and is kept; then it answers. */
    private void tries(RequestHandler wrong) {
        server.before = (operation, handle) -> {
            seen.set(catchThrowable(() -> wrong.onRequest(operation, handle)));
            operation.respond(handle, Status.NO_SPACE);
        };
    }

    private byte[] read(int bufferId, boolean invalidate) throws IOException {
        client.postRead(1, bufferId, LENGTH, MemoryServer.header(0, 0), invalidate);
        assertThat(client.answer(1).status()).isZero();
        return client.result(LENGTH);
    }

    private static byte[] bytes(MemorySegment memory, long offset) {
        return memory.asSlice(offset, LENGTH).toArray(ValueLayout.JAVA_BYTE);
    }

    @Test
    void bytesComeFromWhereTheyAre() throws IOException {
        for (int round = 0; round < 20; round++) {
            MemorySegment memory = round % 2 == 0 ? first : second;
            long offset = 37L * round;
            readFrom(memory, offset);
            assertThat(read(round % MemoryServer.QUEUE_DEPTH, round % 3 == 0)).isEqualTo(bytes(memory, offset));
        }
    }

    @Test
    void theVeryLastBytesCanBeSent() throws IOException {
        readFrom(second, SIZE - LENGTH);
        assertThat(read(0, true)).isEqualTo(bytes(second, SIZE - LENGTH));
    }

    @Test
    void aSliceOfTheMemoryIsAsGood() throws IOException {
        readFrom(first.asSlice(1000, 5000), 500);
        assertThat(read(3, false)).isEqualTo(bytes(first, 1500));
    }

    @Test
    void theChunkServesAnswersAsBefore() throws IOException {
        new Random(5).nextBytes(server.store);
        readFrom(first, 0);
        assertThat(read(2, true)).isEqualTo(bytes(first, 0));
        server.before = null;
        assertThat(read(2, true))
                .isEqualTo(
                        MemorySegment.ofArray(server.store).asSlice(0, LENGTH).toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void memoryThatTheServerWasNotGivenIsRefusedAndTheRequestCanStillBeAnswered() throws IOException {
        tries((operation, handle) -> operation.respond(handle, strange, 0));
        client.postRead(1, 4, LENGTH, MemoryServer.header(0, 0), true);
        assertThat(client.answer(1).status()).isEqualTo(-Errno.ENOSPC);
        assertThat(seen.get()).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("not memory that");

        readFrom(first, 8);
        assertThat(read(4, true)).isEqualTo(bytes(first, 8));
    }

    @Test
    void bytesBeyondTheSegmentAreRefused() throws IOException {
        for (long offset : new long[] {-1, SIZE - LENGTH + 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            tries((operation, handle) -> operation.respond(handle, first, offset));
            client.postRead(1, 1, LENGTH, MemoryServer.header(0, 0), false);
            assertThat(client.answer(1).status()).isEqualTo(-Errno.ENOSPC);
            assertThat(seen.get()).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void aWriteWantsNothingBack() throws IOException {
        tries((operation, handle) -> operation.respond(handle, first, 0));
        client.postWrite(1, 6, new byte[100], MemoryServer.header(0, 0));
        assertThat(client.answer(1).status()).isEqualTo(-Errno.ENOSPC);
        assertThat(seen.get()).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("WRITE");
    }

    @Test
    void copiesGoTheRequestsWay() throws IOException {
        tries((operation, handle) -> operation.copyFrom(first, 0));
        client.postWrite(1, 6, new byte[100], MemoryServer.header(0, 0));
        assertThat(client.answer(1).status()).isEqualTo(-Errno.ENOSPC);
        assertThat(seen.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("WRITE");
        tries((operation, handle) -> operation.copyTo(first, 0));
        client.postRead(1, 6, LENGTH, MemoryServer.header(0, 0), false);
        assertThat(client.answer(1).status()).isEqualTo(-Errno.ENOSPC);
        assertThat(seen.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("READ");
    }

    @Test
    void freedMemoryIsNotSent() throws IOException {
        Arena brief = Arena.ofShared();
        MemorySegment freed = brief.allocate(LENGTH);
        brief.close();
        tries((operation, handle) -> operation.respond(handle, freed, 0));
        client.postRead(1, 1, LENGTH, MemoryServer.header(0, 0), false);
        assertThat(client.answer(1).status()).isEqualTo(-Errno.ENOSPC);
        assertThat(seen.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("freed");
        assertThatThrownBy(() -> new MemoryServer(alwaysInvalidate, b -> b.answerFrom(freed)))
                .isInstanceOfSatisfying(
                        RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
    }

    @Test
    void twoAnswersAreOneTooMany() throws IOException {
        server.before = (operation, handle) -> {
            operation.respond(handle, first, 0);
            seen.set(catchThrowable(() -> operation.respond(handle, second, 0)));
        };
        assertThat(read(0, false)).isEqualTo(bytes(first, 0));
        assertThat(seen.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("answered already");
    }

    @Test
    void clientsGetNoKeyToTheMemory() throws IOException {
        long from = first.address();
        assertThat(client.info.descriptors())
                .isNotEmpty()
                .noneMatch(d -> from >= d.address() && from < d.address() + d.length());
    }

    @Test
    void aHandlerCopiesWithoutKnowingOffsetsInTheChunk() throws Exception {
        server.before = (operation, handle) -> {
            move(operation);
            operation.respond(handle, Status.OK);
        };
        try (ClientSession session = Clients.to(server.address()).open();
                RegisteredMemory memory = session.allocate(2 * LENGTH)) {
            memory.segment().asSlice(0, LENGTH).copyFrom(strange.asSlice(0, LENGTH));
            session.write(Clients.header(0, 0), memory, 0, LENGTH);
            session.read(Clients.header(0, 0), memory, LENGTH, LENGTH);
            assertThat(bytes(memory.segment(), LENGTH)).isEqualTo(bytes(strange, 0));
        }
    }

    private void move(ServerOperation operation) {
        if (operation.direction() == Direction.WRITE) {
            operation.copyTo(first, 123);
        } else {
            operation.copyFrom(first, 123);
        }
    }

    @Test
    void onlyNativeMemoryIsTaken() {
        assertThatThrownBy(
                        () -> new MemoryServer(alwaysInvalidate, b -> b.answerFrom(MemorySegment.ofArray(new byte[8]))))
                .isInstanceOfSatisfying(RtrsException.class, e -> {
                    assertThat(e.errno()).isEqualTo(Errno.EINVAL);
                    assertThat(e).hasMessageContaining("native memory");
                });
    }
}
