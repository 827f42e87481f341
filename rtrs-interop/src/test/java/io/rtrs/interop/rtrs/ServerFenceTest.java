package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.core.Status;
import io.rtrs.core.imm.Immediates;
import io.rtrs.interop.subject.Subject;
import io.rtrs.server.FencePolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a server does with a request that one path repeats while, or after, another has brought it. */
@Timeout(180)
@ParameterizedClass(name = "alwaysInvalidate={0}")
@ValueSource(booleans = {true, false})
class ServerFenceTest {
    private static final int ID = 3;
    private static final byte[] OLD = {1, 1, 1, 1};
    private static final byte[] NEW = {2, 2, 2, 2};

    private final boolean alwaysInvalidate;
    private final BlockingQueue<Held> held = new LinkedBlockingQueue<>();
    private Object handlesBefore;
    private MemoryServer server;
    private RawClient first;
    private RawClient second;

    ServerFenceTest(boolean alwaysInvalidate) {
        this.alwaysInvalidate = alwaysInvalidate;
    }

    @BeforeEach
    void remember() {
        assumeTrue(Subject.ADDRESS.isLoopbackAddress(), "one machine has a second address for its client");
        handlesBefore = Subject.handles();
    }

    private void open(Duration heartbeat) throws IOException {
        open(heartbeat, FencePolicy.ON);
    }

    private void open(Duration heartbeat, FencePolicy fence) throws IOException {
        server = new MemoryServer(
                alwaysInvalidate, b -> b.heartbeat(heartbeat, 10_000).fence(fence));
        first = RawClient.open(server.address(), "fenced", 2);
        second = new RawClient(server.address());
        second.source = new InetSocketAddress("127.0.0.2", 0);
        second.sessionUuid = first.sessionUuid;
        second.connect(0, 2, false);
        second.connect(1, 2, false);
        second.exchangeInfo("fenced");
        assertThat(server.server.sessions()).hasSize(1);
    }

    @AfterEach
    void close() throws IOException {
        if (server == null) {
            return;
        }
        first.close();
        second.close();
        held.forEach(operation -> operation.respond(Status.OK));
        server.close();
        Clients.awaitHandles(handlesBefore);
    }

    private void hold(int bufferId) {
        server.before = (operation, handle) -> {
            if (operation.bufferId() == bufferId) {
                held.add(new Held(operation, handle));
            } else {
                server.serve(operation, handle);
            }
        };
    }

    private Held take() throws InterruptedException {
        Held operation = held.poll(Subject.PATIENCE_S, TimeUnit.SECONDS);
        assertThat(operation).isNotNull();
        return operation;
    }

    private void answer(Held operation) {
        server.serve(operation.operation(), operation.handle());
    }

    private static void acknowledge(RawClient client) throws IOException {
        assertThat(client.nextImmediate(0)).isEqualTo(Immediates.HB_MSG);
        client.connections.get(0).write(Immediates.HB_ACK, client.memory, 0, 0, 0, 0);
    }

    /** What comes after it on the same connection is served: so the server has seen it. */
    private void assertWaits(RawClient client) throws IOException {
        client.postWrite(1, ID + 1, new byte[0], MemoryServer.header(100, 0));
        assertThat(client.answer(1).messageId()).isEqualTo(ID + 1);
        assertThat(held).isEmpty();
    }

    @Test
    void aReplayWaitsUntilTheEarlierRequestIsAnswered() throws Exception {
        open(Duration.ofMinutes(10));
        hold(ID);
        first.postWrite(1, ID, OLD, MemoryServer.header(0, 0));
        Held earlier = take();
        second.postWrite(1, ID, NEW, MemoryServer.header(0, 0));
        acknowledge(second);
        assertWaits(second);
        answer(earlier);
        answer(take());
        assertThat(second.answer(1).messageId()).isEqualTo(ID);
        assertThat(first.answer(1).messageId()).isEqualTo(ID);
        assertThat(server.store).startsWith(NEW);
    }

    @Test
    void aGhostThatArrivesDuringItsReplayIsNeverHandedOver() throws Exception {
        open(Duration.ofMinutes(10));
        hold(ID);
        second.postWrite(1, ID, NEW, MemoryServer.header(0, 0));
        Held replay = take();
        first.postWrite(1, ID, OLD, MemoryServer.header(0, 0)); // its client has given the path up
        assertThat(first.nextImmediate(0)).isEqualTo(Immediates.HB_MSG);
        answer(replay);
        assertThat(second.answer(1).messageId()).isEqualTo(ID);
        assertWaits(first);
        // The id is used again, and only then the old path is found dead.
        second.postWrite(1, ID, NEW, MemoryServer.header(8, 0));
        acknowledge(second);
        answer(take());
        assertThat(second.answer(1).messageId()).isEqualTo(ID);
        assertThat(server.store).startsWith(NEW);
        assertThat(held).isEmpty();
    }

    @Test
    void aPathThatWentWhileItsRequestWaitedLeavesNothing() throws Exception {
        open(Duration.ofMinutes(10));
        hold(ID);
        second.postWrite(1, ID, NEW, MemoryServer.header(0, 0));
        Held replay = take();
        first.postWrite(1, ID, OLD, MemoryServer.header(0, 0));
        assertThat(first.nextImmediate(0)).isEqualTo(Immediates.HB_MSG);
        RawClient.disconnect(first.connections.get(0));
        await().atMost(Duration.ofSeconds(Subject.PATIENCE_S))
                .until(() -> server.paths().size() == 1);
        answer(replay);
        assertThat(second.answer(1).messageId()).isEqualTo(ID);
        second.postWrite(1, ID, OLD, MemoryServer.header(0, 0));
        answer(take());
        assertThat(second.answer(1).messageId()).isEqualTo(ID);
        assertThat(held).isEmpty();
    }

    @Test
    void whatComesLateByASilentPathIsNotHandedOver() throws Exception {
        open(Duration.ofMillis(100));
        assertThat(first.nextImmediate(0)).isEqualTo(Immediates.HB_MSG); // and stays unanswered
        for (int beats = 0; beats < 4; beats++) { // the other path's, by the same clock
            acknowledge(second);
        }
        second.postWrite(1, ID, NEW, MemoryServer.header(0, 0));
        assertThat(second.answer(1).messageId()).isEqualTo(ID);
        first.postWrite(1, ID, OLD, MemoryServer.header(0, 0));
        assertWaits(first);
        assertThat(server.store).startsWith(NEW);
    }

    /** A client may pause as a whole: it has given no path up, and uses this one as it did before. */
    @Test
    void whatComesLateByAPathThatIsStillUsedIsHandedOverOnceThatIsProven() throws Exception {
        open(Duration.ofMillis(100));
        assertThat(first.nextImmediate(0)).isEqualTo(Immediates.HB_MSG); // and stays unanswered for now
        for (int beats = 0; beats < 4; beats++) {
            acknowledge(second);
        }
        second.postWrite(1, ID, OLD, MemoryServer.header(0, 0));
        assertThat(second.answer(1).messageId()).isEqualTo(ID);
        first.postWrite(1, ID, NEW, MemoryServer.header(0, 0));
        assertWaits(first);
        while (server.store[0] != NEW[0]) {
            acknowledge(first);
        }
        assertThat(first.answer(1).messageId()).isEqualTo(ID);
        first.postWrite(1, ID, OLD, MemoryServer.header(0, 0)); // at once: nothing is left of it
        assertThat(first.answer(1).messageId()).isEqualTo(ID);
        assertThat(server.paths()).hasSize(2);
    }

    @Test
    void aBufferIdRoamsBetweenPathsThatAreHeardOf() throws IOException {
        open(Duration.ofMinutes(10));
        for (int i = 0; i < 20; i++) {
            RawClient client = i % 2 == 0 ? first : second;
            client.postWrite(1, ID, NEW, MemoryServer.header(0, 0));
            assertThat(client.answer(1).status()).isZero();
        }
    }

    /** Neither is silent: no heartbeat is due for minutes. */
    @Test
    void aStrictFenceDoesNotHandOverWhatComesLateByAPathThatWasNotSilent() throws Exception {
        open(Duration.ofMinutes(10), FencePolicy.STRICT);
        second.postWrite(1, ID, NEW, MemoryServer.header(0, 0));
        assertThat(second.answer(1).messageId()).isEqualTo(ID);
        first.postWrite(1, ID, OLD, MemoryServer.header(0, 0)); // its client has given the path up
        assertThat(first.nextImmediate(0)).isEqualTo(Immediates.HB_MSG);
        assertWaits(first);
        assertThat(server.store).startsWith(NEW);
        // The id is used again, and only then the old path goes.
        second.postWrite(1, ID, NEW, MemoryServer.header(8, 0));
        acknowledge(second);
        assertThat(second.answer(1).messageId()).isEqualTo(ID);
        RawClient.disconnect(first.connections.get(0));
        await().atMost(Duration.ofSeconds(Subject.PATIENCE_S))
                .until(() -> server.paths().size() == 1);
        second.postWrite(1, ID, NEW, MemoryServer.header(0, 0)); // at once: it has not moved, and nothing waits
        assertThat(second.answer(1).messageId()).isEqualTo(ID);
        assertThat(server.store).startsWith(NEW);
    }

    /** A READ too: what its handler does with the user header is not known. */
    @Test
    void aStrictFenceLetsAnIdRoamWithOneHeartbeatForAllThatWait() throws Exception {
        open(Duration.ofMinutes(10), FencePolicy.STRICT);
        for (int id = 0; id < 3; id++) {
            first.postWrite(1, id, NEW, MemoryServer.header(0, 0));
            assertThat(first.answer(1).messageId()).isEqualTo(id);
        }
        for (int id = 0;
                id < 4;
                id++) { // the same bytes each, since they may not have left when the next are put there
            second.postWrite(1, id, OLD, MemoryServer.header(0, 0));
        }
        assertThat(second.answer(1).messageId()).isEqualTo(3); // it has not moved, and so passes those that have
        acknowledge(second); // what left when the first of them came
        for (int id = 0; id < 3; id++) {
            assertThat(second.answer(1).status()).isZero();
        }
        assertThat(server.store).startsWith(OLD);
        first.postRead(1, 0, OLD.length, MemoryServer.header(0, 0), false);
        acknowledge(first);
        assertThat(first.answer(1).messageId()).isZero();
    }

    @Test
    void withoutTheFenceBothAreHandedOver() throws Exception {
        server = new MemoryServer(
                alwaysInvalidate, b -> b.heartbeat(Duration.ofMinutes(10), 5).fence(FencePolicy.OFF));
        first = RawClient.open(server.address(), "open", 2);
        second = new RawClient(server.address());
        second.source = new InetSocketAddress("127.0.0.2", 0);
        second.sessionUuid = first.sessionUuid;
        second.connectAll(2);
        second.exchangeInfo("open");
        hold(ID);
        first.postWrite(1, ID, OLD, MemoryServer.header(0, 0));
        second.postWrite(1, ID, NEW, MemoryServer.header(0, 0));
        answer(take());
        answer(take());
        assertThat(first.answer(1).messageId()).isEqualTo(ID);
        assertThat(second.answer(1).messageId()).isEqualTo(ID);
    }
}
