package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.rtrs.core.Direction;
import io.rtrs.core.PathStatistics;
import io.rtrs.core.Status;
import io.rtrs.core.error.Errno;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.wire.InfoReq;
import io.rtrs.core.wire.Layouts;
import io.rtrs.core.wire.ReadHeaderView;
import io.rtrs.interop.subject.Subject;
import io.rtrs.server.OpenOperation;
import io.rtrs.server.ServerPath;
import io.rtrs.server.ServerSession;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a server must do, seen from a client that looks at every completion. */
@ParameterizedClass(name = "alwaysInvalidate={0}")
@ValueSource(booleans = {true, false})
class ServerConformanceTest extends ServerTest {
    private static final int DEPTH = MemoryServer.QUEUE_DEPTH;

    ServerConformanceTest(boolean alwaysInvalidate) {
        super(alwaysInvalidate);
    }

    private static byte[] bytes(int length, int seed) {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) (i * 31 + seed);
        }
        return data;
    }

    /** The carrier of the immediate: RDMA WRITE WITH IMM in mode N, SEND WITH IMM with RKEY_RSP in mode Y. */
    private void assertCarrier(RawClient.Arrival last) {
        if (alwaysInvalidate()) {
            assertThat(last.opcode()).isEqualTo(WrOpcode.WC_RECV);
            assertThat(last.length()).isEqualTo(8);
        } else {
            assertThat(last.opcode()).isEqualTo(WrOpcode.WC_RECV_RDMA_WITH_IMM);
        }
    }

    // spec/rtrs.md 19.22
    @Test
    void acceptAnnouncesTheServersSizes() {
        assertThat(bystander.accepted.queueDepth()).isEqualTo(DEPTH);
        assertThat(bystander.accepted.maxHeaderSize()).isEqualTo(MemoryServer.HEADER_SIZE);
        assertThat(bystander.accepted.chunkSize()).isEqualTo(MemoryServer.CHUNK_SIZE);
        assertThat(bystander.accepted.newRkey()).isEqualTo(alwaysInvalidate());
        assertThat(bystander.info.descriptors()).hasSize(alwaysInvalidate() ? DEPTH : 1);
    }

    // spec/rtrs.md 19.38
    @Test
    void memoryCanBeShownInSeveralPieces() throws IOException {
        try (MemoryServer pieces = new MemoryServer(alwaysInvalidate(), b -> b.memoryDescriptors(4));
                RawClient client = RawClient.open(pieces.address(), "pieces", 2)) {
            assertThat(client.info.descriptors()).hasSize(alwaysInvalidate() ? DEPTH : 4);
            writeAndRead(client, 1);
        }
    }

    // spec/rtrs.md 19.44, 19.48
    @Test
    void writeIsAnsweredByItsImmediateAlone() throws IOException {
        int keyBefore = bystander.chunks.rkeys()[4];
        bystander.postWrite(1, 4, bytes(100, 1), MemoryServer.header(0, 0));
        RawClient.Answer answer = bystander.answer(1);
        assertThat(answer.arrivals()).hasSize(1);
        assertThat(answer.type()).isEqualTo(Immediates.TYPE_IO_RSP);
        assertThat(answer.messageId()).isEqualTo(4);
        assertCarrier(answer.arrivals().getLast());
        assertThat(bystander.chunks.rkeys()[4] == keyBefore).isEqualTo(!alwaysInvalidate());
        assertThat(Arrays.copyOf(server.store, 100)).isEqualTo(bytes(100, 1)); // spec/rtrs.md 19.41
    }

    // spec/rtrs.md 19.45, 19.48, 19.51
    @Test
    void readThatNeedsInvalidationGetsItBeforeItsAnswer() throws IOException {
        System.arraycopy(bytes(4000, 2), 0, server.store, 0, 4000);
        bystander.postRead(1, 2, 4000, MemoryServer.header(0, 0), true);
        RawClient.Answer answer = bystander.answer(1);
        assertThat(answer.arrivals()).hasSize(2);
        assertThat(answer.arrivals().getFirst().isInvalidate()).isTrue();
        assertThat(answer.type()).isEqualTo(Immediates.TYPE_IO_RSP_W_INV);
        assertThat(answer.status()).isZero();
        assertCarrier(answer.arrivals().getLast());
        assertThat(bystander.result(4000)).isEqualTo(bytes(4000, 2));
    }

    // spec/rtrs.md 19.46
    @Test
    void failedReadThatNeedsInvalidationGetsItToo() throws IOException {
        bystander.postRead(1, 2, 4000, MemoryServer.header(0, Errno.ENOSPC), true);
        RawClient.Answer answer = bystander.answer(1);
        assertThat(answer.arrivals()).hasSize(2);
        assertThat(answer.arrivals().getFirst().isInvalidate()).isTrue();
        assertThat(answer.type()).isEqualTo(Immediates.TYPE_IO_RSP_W_INV);
        assertThat(answer.status()).isEqualTo(-Errno.ENOSPC);
        assertCarrier(answer.arrivals().getLast());
    }

    // spec/rtrs.md 19.47
    @Test
    void readThatNeedsNoInvalidationGetsNone() throws IOException {
        bystander.postRead(1, 2, 4000, MemoryServer.header(0, 0), false);
        RawClient.Answer answer = bystander.answer(1);
        assertThat(answer.arrivals()).hasSize(1);
        assertThat(answer.type()).isEqualTo(Immediates.TYPE_IO_RSP);
        assertCarrier(answer.arrivals().getLast());
    }

    // spec/rtrs.md 19.43
    @Test
    void writeAndReadWithoutDataAreAnswered() throws IOException {
        bystander.postWrite(1, 0, new byte[0], new byte[0]);
        assertThat(bystander.answer(1).status()).isZero();
        MemorySegment header = MemorySegment.ofArray(new byte[ReadHeaderView.SIZE]);
        ReadHeaderView.put(header, 0, 0);
        header.set(Layouts.LE16, 4, (short) 1); // NEED_INVAL counts only with a descriptor
        bystander.post(1, 7, header.toArray(Layouts.U8), 0, 0);
        RawClient.Answer answer = bystander.answer(1);
        assertThat(answer.status()).isZero();
        assertThat(answer.arrivals()).hasSize(1);
        assertThat(answer.type()).isEqualTo(Immediates.TYPE_IO_RSP);
    }

    // spec/rtrs.md 19.12, 19.56
    @Test
    void everyStatusTravelsAsItsErrno() throws IOException {
        for (Status status : Status.values()) {
            server.before = (operation, handle) -> operation.respond(handle, status);
            bystander.postWrite(0, 1, bytes(8, 0), new byte[0]);
            assertThat(bystander.answer(0).status()).isEqualTo(-status.errno());
        }
        server.before = null;
    }

    @Test
    void handlerThatThrowsIsAnsweredWithEio() throws IOException {
        server.before = (operation, handle) -> {
            throw new IllegalStateException("on purpose");
        };
        bystander.postWrite(1, 1, bytes(8, 0), new byte[0]);
        assertThat(bystander.answer(1).status()).isEqualTo(-Errno.EIO);
        server.before = null;
        writeAndRead(bystander, 1);
    }

    // spec/rtrs.md 19.59
    @Test
    void largestDataGoesThroughBothWays() throws IOException {
        int most = MemoryServer.CHUNK_SIZE - MemoryServer.HEADER_SIZE;
        bystander.postWrite(1, 1, bytes(most, 5), MemoryServer.header(0, 0));
        assertThat(bystander.answer(1).status()).isZero();
        bystander.postRead(1, 1, most, MemoryServer.header(0, 0), false);
        assertThat(bystander.answer(1).status()).isZero();
        assertThat(bystander.result(most)).isEqualTo(bytes(most, 5));
    }

    // spec/rtrs.md 19.27, 19.57
    @Test
    void wholeQueueDepthInFlightOnOneConnectionIsAnswered() throws Exception {
        BlockingQueue<Held> arrived = new ArrayBlockingQueue<>(DEPTH);
        List<Held> held = new ArrayList<>();
        server.before = (operation, handle) -> arrived.add(new Held(operation, handle));
        for (int id = 0; id < DEPTH; id++) {
            bystander.postWrite(1, id, new byte[0], MemoryServer.header(0, 0));
            // Waited for, because the next request is laid out in the same memory.
            held.add(arrived.poll(Subject.PATIENCE_S, TimeUnit.SECONDS));
            assertThat(held.get(id).operation().bufferId()).isEqualTo(id);
        }
        server.before = null;
        for (int id = DEPTH - 1; id >= 0; id--) {
            held.get(id).respond(Status.OK);
            assertThat(bystander.answer(1).messageId()).isEqualTo(id);
        }
    }

    @Test
    void operationIsAnsweredOnceOnly() throws Exception {
        BlockingQueue<Held> held = new ArrayBlockingQueue<>(1);
        server.before = (operation, handle) -> held.add(new Held(operation, handle));
        bystander.postWrite(1, 3, new byte[0], new byte[0]);
        Held operation = held.poll(Subject.PATIENCE_S, TimeUnit.SECONDS);
        operation.respond(Status.OK);
        assertThat(bystander.answer(1).status()).isZero();
        assertThatThrownBy(() -> operation.respond(Status.OK)).isInstanceOf(IllegalStateException.class);
        server.before = null;
    }

    @Test
    void lateAnswerIsRefusedAndTheChunksNextRequestIsUntouched() throws Exception {
        BlockingQueue<Held> held = new ArrayBlockingQueue<>(1);
        server.before = (operation, handle) -> held.add(new Held(operation, handle));
        List<Held> old = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            bystander.postRead(round % 2, 3, 64, new byte[0], false);
            Held operation = held.poll(Subject.PATIENCE_S, TimeUnit.SECONDS);
            for (Held late : old) {
                assertThat(late.operation()).isSameAs(operation.operation());
                assertThatThrownBy(() -> late.respond(Status.IO_ERROR)).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> late.operation().respond(late.handle(), MemorySegment.NULL, 0))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("answered already");
            }
            old.add(operation);
            operation.respond(Status.NO_SPACE);
            assertThat(bystander.answer(round % 2).status()).isEqualTo(-Status.NO_SPACE.errno());
        }
        server.before = null;
    }

    @Test
    void inventedHandlesAnswerNothing() throws Exception {
        BlockingQueue<Held> held = new ArrayBlockingQueue<>(1);
        server.before = (operation, handle) -> held.add(new Held(operation, handle));
        bystander.postWrite(1, 3, new byte[0], new byte[0]);
        Held operation = held.poll(Subject.PATIENCE_S, TimeUnit.SECONDS);
        for (long handle : new long[] {0, -1, 1, operation.handle() + 1, operation.handle() - 1, Long.MIN_VALUE}) {
            assertThatThrownBy(() -> operation.operation().respond(handle, Status.OK))
                    .isInstanceOf(IllegalStateException.class);
        }
        operation.respond(Status.OK);
        assertThat(bystander.answer(1).status()).isZero();
        server.before = null;
    }

    @Test
    void operatorAbandonsWhatTheHandlerDoesNotAnswer() throws Exception {
        BlockingQueue<Held> held = new ArrayBlockingQueue<>(1);
        server.before = (operation, handle) -> held.add(new Held(operation, handle));
        ServerPath path = server.paths().getFirst();
        bystander.postWrite(1, 3, new byte[8], new byte[0]);
        Held forgotten = held.poll(Subject.PATIENCE_S, TimeUnit.SECONDS);
        assertThat(path.inFlight()).isEqualTo(1);
        OpenOperation open = path.openOperations().getFirst();
        assertThat(path.openOperations()).containsExactly(open);
        assertThat(open.bufferId()).isEqualTo(3);
        assertThat(open.direction()).isEqualTo(Direction.WRITE);
        assertThat(open.dataLength()).isEqualTo(8);
        assertThatThrownBy(() -> open.abandon(Status.OK)).isInstanceOf(IllegalArgumentException.class);
        assertThat(open.abandon(Status.TIMED_OUT)).isTrue();
        assertThat(bystander.answer(1).status()).isEqualTo(-Status.TIMED_OUT.errno());
        assertThat(open.abandon(Status.TIMED_OUT)).isFalse();
        assertThat(path.openOperations()).isEmpty();
        bystander.postWrite(1, 3, new byte[8], new byte[0]);
        Held next = held.poll(Subject.PATIENCE_S, TimeUnit.SECONDS);
        assertThatThrownBy(() -> forgotten.respond(Status.OK)).isInstanceOf(IllegalStateException.class);
        assertThat(open.abandon(Status.TIMED_OUT)).isFalse();
        assertThat(path.openOperations()).hasSize(1).doesNotContain(open);
        next.respond(Status.OK);
        assertThat(bystander.answer(1).status()).isZero();
        server.before = null;
    }

    @Test
    void closingPathIsLetGoWhenItsLastOperationIsAbandoned() throws Exception {
        BlockingQueue<Held> held = new ArrayBlockingQueue<>(1);
        try (RawClient client = RawClient.open(server.address(), "leaving", 2)) {
            server.before = (operation, handle) -> held.add(new Held(operation, handle));
            client.postWrite(1, 3, new byte[0], new byte[0]);
            assertThat(held.poll(Subject.PATIENCE_S, TimeUnit.SECONDS)).isNotNull();
            server.before = null;
            ServerSession session = server.server.sessions().stream()
                    .filter(s -> s.name().equals("leaving"))
                    .findFirst()
                    .orElseThrow();
            ServerPath path = session.paths().getFirst();
            assertThat(session.isConnected()).isTrue();
            session.disconnect();
            client.awaitDisconnected(0);
            assertThat(session.isConnected()).isFalse();
            assertThat(server.server.sessions()).contains(session);
            assertThat(path.openOperations())
                    .hasSize(1)
                    .allSatisfy(o -> assertThat(o.abandon(Status.CANCELLED)).isTrue());
            await().atMost(Duration.ofSeconds(Subject.PATIENCE_S))
                    .untilAsserted(() -> assertThat(server.server.sessions()).doesNotContain(session));
        }
        nothingElseIsTouched();
    }

    // spec/rtrs.md 19.58: many times the send queue of either connection
    @Test
    void sendQueuesNeverFill() throws IOException {
        byte[] header = MemoryServer.header(0, 0);
        for (int i = 0; i < 3000; i++) {
            int cid = i % 2;
            bystander.postRead(cid, i % DEPTH, 64, header, true);
            assertThat(bystander.answer(cid).status()).isZero();
        }
        PathStatistics statistics = server.paths().getFirst().statistics();
        assertThat(statistics.reads()).isEqualTo(3001);
        assertThat(statistics.readBytes()).isEqualTo(3000L * (64 + 8) + 3000 + 8);
        assertThat(statistics.writes()).isEqualTo(1);
    }

    // spec/rtrs.md 19.80
    @Test
    void heartbeatIsAcknowledgedOnTheServiceConnection() throws IOException {
        for (int cid = 0; cid < 2; cid++) {
            bystander.connections.get(cid).write(Immediates.HB_MSG, bystander.memory, 0, 0, 0, 0);
            assertThat(bystander.nextImmediate(0)).isEqualTo(Immediates.HB_ACK);
        }
    }

    // spec/rtrs.md 19.81
    @Test
    void silentClientIsDeclaredDead() throws IOException {
        try (MemoryServer impatient =
                        new MemoryServer(alwaysInvalidate(), b -> b.heartbeat(Duration.ofMillis(200), 5));
                RawClient client = RawClient.open(impatient.address(), "silent", 2)) {
            client.awaitDisconnected(1);
            client.awaitDisconnected(0);
            assertThat(impatient.incidents()).contains("heartbeats missed");
        }
    }

    // spec/rtrs.md 19.26: two address pairs need two address families on one machine
    @Test
    void secondPathOfASessionServesTheSameSession() throws IOException {
        try (RawClient second = new RawClient(server.address6())) {
            second.sessionUuid = bystander.sessionUuid;
            second.connect(0, 2, false);
            second.connect(1, 2, true);
            second.exchangeInfo("bystander");
            assertThat(server.server.sessions()).hasSize(1);
            assertThat(server.paths()).hasSize(2);
            writeAndRead(second, 1);
            writeAndRead(bystander, 1);
        }
        nothingElseIsTouched();
        assertThat(server.events).containsExactly("connected bystander");
    }

    // spec/rtrs.md 19.21
    @Test
    void pathComesBackUnderItsNameWhenTheOldOneIsGone() throws IOException {
        UUID session = UUID.randomUUID();
        UUID path = UUID.randomUUID();
        for (int round = 0; round < 5; round++) {
            try (RawClient client = new RawClient(server.address())) {
                client.sessionUuid = session;
                client.pathUuid = path;
                client.connectAll(3);
                client.exchangeInfo("returning");
                writeAndRead(client, 2);
            }
            nothingElseIsTouched();
        }
    }

    // spec/rtrs.md 5.8, decision 0017: its goodbye was lost, and no heartbeat has failed yet
    @Test
    void clientThatBeginsAnewGetsInWhileTheServerStillHoldsItsPath() throws IOException {
        try (RawClient before = RawClient.open(server.address(), "anew", 2);
                RawClient anew = new RawClient(server.address())) {
            anew.sessionUuid = before.sessionUuid;
            anew.pathUuid = before.pathUuid;
            anew.attempt = 2;
            RawClient.Rejected rejected =
                    catchThrowableOfType(RawClient.Rejected.class, () -> anew.connect(0, 2, true));
            assertThat(rejected.errno()).isEqualTo(-Errno.ECONNRESET);
            noted("CON_REQ.recon_cnt = 2", "made with 1");
            assertThat(server.server.incidents())
                    .filteredOn(incident -> incident.message().contains("recon_cnt = 2"))
                    .hasSize(1);
            for (int cid : new int[] {0, 1}) {
                before.awaitDisconnected(cid);
            }
            await().until(() -> server.paths().size() == 1);
            anew.attempt = 3;
            anew.connectAll(2);
            anew.exchangeInfo("anew");
            writeAndRead(anew, 1);
        }
        nothingElseIsTouched();
    }

    // spec/rtrs.md 19.28, 19.29
    @Test
    void lossOfOneConnectionClosesThePath() throws IOException {
        try (RawClient client = RawClient.open(server.address(), "lost", 4)) {
            RawClient.disconnect(client.connections.get(2));
            for (int cid : new int[] {0, 1, 2, 3}) {
                client.awaitDisconnected(cid);
            }
        }
        nothingElseIsTouched();
    }

    // spec/rtrs.md 19.78
    @Test
    void vetoOfTheListenerClosesThePathBeforeInfoRsp() throws IOException {
        server.veto = Status.BUSY;
        try (RawClient client = new RawClient(server.address())) {
            client.connectAll(2);
            client.sendInfo(new InfoReq("unwanted").encode());
            client.awaitDisconnected(0);
        }
        noted("the session listener refused");
        nothingElseIsTouched();
        server.veto = Status.OK;
        RawClient.open(server.address(), "unwanted", 2).close(); // not counted as up (K-S7)
        nothingElseIsTouched();
        assertThat(server.events)
                .containsExactly(
                        "connected bystander", "connected unwanted", "connected unwanted", "disconnected unwanted");
    }

    // spec/rtrs.md 19.79
    @Test
    void listenerHearsOfTheEndAfterTheLastOperationWasReleased() throws Exception {
        BlockingQueue<Held> held = new ArrayBlockingQueue<>(1);
        try (RawClient client = RawClient.open(server.address(), "leaving", 2)) {
            server.before = (operation, handle) -> held.add(new Held(operation, handle));
            client.postWrite(1, 3, new byte[0], new byte[0]);
            Held operation = held.poll(Subject.PATIENCE_S, TimeUnit.SECONDS);
            server.before = null;
            server.server.sessions().stream()
                    .filter(s -> s.name().equals("leaving"))
                    .forEach(s -> s.disconnect());
            client.awaitDisconnected(0);
            assertThat(server.events).doesNotContain("disconnected leaving");
            operation.respond(Status.OK);
        }
        await().atMost(Duration.ofSeconds(Subject.PATIENCE_S))
                .untilAsserted(() -> assertThat(server.events).contains("disconnected leaving"));
        nothingElseIsTouched();
    }

    @Test
    void halfOpenPathTimesOut() throws IOException {
        try (MemoryServer hasty = new MemoryServer(alwaysInvalidate(), b -> b.halfOpenTimeout(Duration.ofSeconds(1)));
                RawClient client = new RawClient(hasty.address())) {
            client.connect(0, 3, true);
            client.awaitDisconnected(0);
            assertThat(hasty.incidents()).contains("half-open", "1 of 3");
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(hasty.server.sessions()).isEmpty());
        }
    }

    @Test
    void floodOfHalfOpenPathsIsBounded() throws IOException {
        try (MemoryServer small = new MemoryServer(alwaysInvalidate(), b -> b.halfOpenMax(2));
                RawClient first = new RawClient(small.address());
                RawClient second = new RawClient(small.address());
                RawClient third = new RawClient(small.address())) {
            first.connect(0, 2, true);
            second.connect(0, 2, true);
            RawClient.Rejected rejected =
                    catchThrowableOfType(RawClient.Rejected.class, () -> third.connect(0, 2, true));
            assertThat(rejected.errno()).isEqualTo(-Errno.EBUSY);
            assertThat(small.incidents()).contains("half-open paths = 2");
            first.connect(1, 2, true);
            first.exchangeInfo("first");
            third.connect(0, 2, true); // there is room again
        }
    }

    // spec/rtrs.md 19.86
    @Test
    void serverClosesUnderLoad() throws Exception {
        try (MemoryServer busy = new MemoryServer(alwaysInvalidate())) {
            BlockingQueue<Held> held = new ArrayBlockingQueue<>(1);
            busy.before = (operation, handle) -> held.add(new Held(operation, handle));
            try (RawClient client = RawClient.open(busy.address(), "busy", 2)) {
                client.postWrite(1, 3, new byte[0], new byte[0]);
                Held operation = held.poll(Subject.PATIENCE_S, TimeUnit.SECONDS);
                Thread closer = Thread.ofVirtual().start(busy::close);
                client.awaitDisconnected(0);
                operation.respond(Status.OK);
                closer.join();
                assertThat(busy.server.sessions()).isEmpty();
            }
        }
    }
}
