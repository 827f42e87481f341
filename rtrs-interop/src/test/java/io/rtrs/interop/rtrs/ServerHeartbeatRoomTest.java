package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.core.imm.Immediates;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.DeviceAttr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Where the send queue of a server's service connection is full, an acknowledgement goes before requests that wait. */
@Timeout(Subject.PATIENCE_S * 5)
class ServerHeartbeatRoomTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);

    /** Answers that fit into the queue; and as many requests wait. */
    private static final int ROOM = 4;

    /** The smallest device whose service connection has that room: five work requests for each, and some slack. */
    private static DeviceAttr small(DeviceAttr real) {
        return new DeviceAttr(
                real.name(),
                real.nodeGuid(),
                real.maxQp(),
                64 + 5 * ROOM,
                real.maxSge(),
                real.maxCqe(),
                real.maxMr(),
                real.maxMrSize(),
                real.maxMw(),
                real.windowType1(),
                real.windowType2(),
                real.localInvalidate(),
                real.postEntersKernel(),
                real.windowsAtHand());
    }

    @Test
    void anAcknowledgementHasTheFirstRoom() throws Exception {
        FailingProvider provider = new FailingProvider(Subject.PROVIDER, 0, ServerHeartbeatRoomTest::small);
        AtomicBoolean late = new AtomicBoolean(true);
        provider.writesAreLate = late;
        try (MemoryServer server =
                        new MemoryServer(false, b -> b.provider(provider).heartbeat(Duration.ofHours(1), 5));
                RawClient client = RawClient.open(server.address(), "full", 2)) {
            for (int i = 0; i < ROOM; i++) {
                client.postWrite(0, i, new byte[8], new byte[0]);
                assertThat(client.answer(0).status()).isZero();
            }
            for (int i = 0; i < ROOM; i++) {
                client.postWrite(0, i, new byte[8], new byte[0]); // waits: no answer has been reported
            }
            client.connections.getFirst().write(Immediates.HB_MSG, client.memory, 0, 0, 0, 0);
            await().atMost(PATIENCE).until(() -> provider.receives.get() == 2 * ROOM + 1);
            late.set(false);
            client.connections.getFirst().write(Immediates.HB_ACK, client.memory, 0, 0, 0, 0); // the loop looks again
            List<Integer> types = new ArrayList<>();
            for (int i = 0; i <= ROOM; i++) {
                types.add(Immediates.type(client.nextImmediate(0)));
            }
            assertThat(types.getFirst()).isEqualTo(Immediates.TYPE_HB_ACK);
            assertThat(types.subList(1, ROOM + 1)).containsOnly(Immediates.TYPE_IO_RSP);
        } finally {
            late.set(false);
        }
    }
}
