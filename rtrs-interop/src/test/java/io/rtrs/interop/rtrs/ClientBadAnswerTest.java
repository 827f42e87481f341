package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.state.ClientPathState;
import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** What a server may answer wrongly: ignored and counted, or the path goes, and every request ends exactly once. */
@Timeout(Subject.PATIENCE_S * 5)
class ClientBadAnswerTest {
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

    /** Never answers by itself. */
    private static final class Silent extends RawScript {
        private final boolean newRkey;

        Silent(boolean newRkey) {
            this.newRkey = newRkey;
        }

        @Override
        boolean newRkey() {
            return newRkey;
        }

        @Override
        void onRequest(RawServerConnection connection, int immediate) {}
    }

    private interface Deed {
        void to(RawServerConnection connection, int bufferId);
    }

    /** Does something wrong before the right answer, and expects that the request is not disturbed. */
    private static void assertIgnored(boolean newRkey, Deed deed, int strays) throws Exception {
        RawScript script = new RawScript() {
            @Override
            boolean newRkey() {
                return newRkey;
            }

            @Override
            void onRequest(RawServerConnection connection, int immediate) {
                deed.to(connection, bufferId(immediate));
                answer(connection, bufferId(immediate), 0);
            }
        };
        try (RawServer server = new RawServer(script);
                ClientSession session = ClientBadInputTest.client(server).open()) {
            RegisteredMemory memory = session.allocate(512);
            session.write(MemorySegment.ofArray(new byte[8]), memory, 0, 512);
            assertThat(session.paths().getFirst().strayMessages()).isEqualTo(strays);
            assertThat(session.paths().getFirst().state()).isEqualTo(ClientPathState.CONNECTED);
            session.write(MemorySegment.ofArray(new byte[8]), memory, 0, 512);
        }
    }

    @ParameterizedTest(name = "new keys {0}")
    @ValueSource(booleans = {true, false})
    void anAnswerForAPermitThatIsNotInFlightIsIgnored(boolean newRkey) throws Exception {
        assertIgnored(
                newRkey,
                (connection, bufferId) -> {
                    int immediate = Immediates.ioResponse(-5, bufferId + 1, false);
                    if (newRkey) {
                        connection.sendImmediate(immediate, RawScript.rkeyRsp(bufferId + 1, 42));
                    } else {
                        connection.immediate(immediate);
                    }
                },
                1);
    }

    @Test
    void anAnswerWithAMessageIdBeyondTheQueueDepthIsIgnored() throws Exception {
        assertIgnored(
                false,
                (connection, bufferId) -> {
                    connection.immediate(Immediates.ioResponse(0, RawScript.QUEUE_DEPTH, false));
                    connection.immediate(Immediates.ioResponse(0, 0x7ffff, true));
                },
                2);
    }

    @ParameterizedTest(name = "new keys {0}")
    @ValueSource(booleans = {true, false})
    void anUnknownImmediateIsIgnored(boolean newRkey) throws Exception {
        assertIgnored(
                newRkey,
                (connection, bufferId) -> {
                    connection.immediate(0x50000000 | bufferId);
                    connection.immediate(0xf0000000);
                },
                2);
    }

    @Test
    void aSendWithoutMeaningIsIgnored() throws Exception {
        assertIgnored(true, (connection, bufferId) -> connection.send(new byte[3]), 1);
    }

    @ParameterizedTest(name = "new keys {0}")
    @ValueSource(booleans = {true, false})
    void heartbeatsBetweenAnswersAreAnswered(boolean newRkey) throws Exception { // spec/rtrs.md 19.50
        assertIgnored(newRkey, (connection, bufferId) -> connection.immediate(Immediates.HB_MSG), 0);
    }

    /** Does something that breaks the path; the request, and those beside it, end exactly once with CONNECTION_ABORTED. */
    private static void assertBreaks(boolean newRkey, String message, Deed deed) throws Exception {
        LinkEvents events = new LinkEvents();
        AtomicIntegerArray calls = new AtomicIntegerArray(RawScript.QUEUE_DEPTH);
        Status[] statuses = new Status[RawScript.QUEUE_DEPTH];
        try (RawServer server = new RawServer(new Silent(newRkey));
                ClientSession session = ClientBadInputTest.client(server)
                        .sessionListener(events)
                        .open()) {
            RegisteredMemory memory = session.allocate(8 * 512);
            Permit[] permits = new Permit[3];
            for (int i = 0; i < permits.length; i++) {
                permits[i] = session.getPermit(ConnectionType.IO);
                Status accepted = session.request(
                        i == 1 ? Direction.READ : Direction.WRITE,
                        permits[i],
                        (permit, status) -> {
                            statuses[permit.id()] = status;
                            calls.incrementAndGet(permit.id());
                        },
                        MemorySegment.ofArray(new byte[4]),
                        memory,
                        i * 512L,
                        512);
                assertThat(accepted).isEqualTo(Status.OK);
            }
            deed.to(server.connections().get(1), 0);
            await().atMost(Duration.ofSeconds(Subject.PATIENCE_S))
                    .until(() -> session.paths().getFirst().state() == ClientPathState.CLOSED);
            assertThat(session.paths().getFirst().lastError())
                    .hasValueSatisfying(e -> assertThat(e).hasMessageContaining(message));
            for (Permit permit : permits) {
                assertThat(calls.get(permit.id())).isEqualTo(1); // spec/rtrs.md 19.67
                assertThat(statuses[permit.id()]).isEqualTo(Status.CONNECTION_ABORTED);
            }
            assertThat(session.request( // spec/rtrs.md 19.65
                            Direction.WRITE,
                            permits[0],
                            (p, s) -> {},
                            MemorySegment.ofArray(new byte[0]),
                            memory,
                            0,
                            512))
                    .isEqualTo(Status.CONNECTION_ABORTED);
            Arrays.stream(permits).forEach(session::putPermit);
            assertThat(events.seen).containsExactly(LinkEvents.DISCONNECTED); // spec/rtrs.md 19.76
            assertThat(session.isConnected()).isFalse();
            assertThat(session.maxIoSize()).isPositive(); // constants stay
        }
        assertThat(events.seen).containsExactly(LinkEvents.DISCONNECTED);
        assertThat(calls.get(0)).isEqualTo(1);
    }

    @Test
    void aKeyForAnotherBufferBreaksThePath() throws Exception { // spec/rtrs.md 19.48
        assertBreaks(
                true,
                "RKEY_RSP.buf_id = 1, must be the immediate's msg_id 0",
                (connection, id) ->
                        connection.sendImmediate(Immediates.ioResponse(0, id, false), RawScript.rkeyRsp(id + 1, 42)));
    }

    @Test
    void aKeyForABufferBeyondTheQueueDepthBreaksThePath() throws Exception {
        assertBreaks(
                true,
                "RKEY_RSP.buf_id = 8, must be less than the queue depth 8",
                (connection, id) -> connection.sendImmediate(
                        Immediates.ioResponse(0, RawScript.QUEUE_DEPTH, false),
                        RawScript.rkeyRsp(RawScript.QUEUE_DEPTH, 42)));
    }

    @Test
    void aShortKeyMessageBreaksThePath() throws Exception {
        assertBreaks(
                true,
                "RKEY_RSP.length = 7",
                (connection, id) -> connection.sendImmediate(
                        Immediates.ioResponse(0, id, false), Arrays.copyOf(RawScript.rkeyRsp(id, 42), 7)));
    }

    @Test
    void aKeyMessageOfAnotherTypeBreaksThePath() throws Exception {
        assertBreaks(true, "RKEY_RSP.type = 3", (connection, id) -> {
            byte[] message = RawScript.rkeyRsp(id, 42);
            message[0] = 3;
            connection.sendImmediate(Immediates.ioResponse(0, id, false), message);
        });
    }

    @Test
    void aMessageThatFitsNoReceiveBreaksThePath() throws Exception {
        assertBreaks(true, "con 1", (connection, id) -> connection.send(new byte[100_000]));
    }

    @ParameterizedTest(name = "new keys {0}")
    @ValueSource(booleans = {true, false})
    void aServerThatDisconnectsInTheMiddleFailsEachRequestOnce(boolean newRkey)
            throws Exception { // spec/rtrs.md 19.28, 19.67
        assertBreaks(
                newRkey, "the server closed the connection", (connection, id) -> connection.server.disconnectAll());
    }

    @ParameterizedTest(name = "new keys {0}")
    @ValueSource(booleans = {true, false})
    void theLossOfOneConnectionIsTheLossOfThePath(boolean newRkey) throws Exception {
        assertBreaks(newRkey, "con 1", (connection, id) -> connection.disconnect());
    }
}
