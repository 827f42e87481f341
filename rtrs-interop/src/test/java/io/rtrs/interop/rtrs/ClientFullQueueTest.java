package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.error.RtrsException;
import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A send queue without room makes requests wait; it fails none. */
@Timeout(Subject.PATIENCE_S * 5)
class ClientFullQueueTest {
    private static final int DEPTH = 32;

    /** One thread loses the processor while it posts; meanwhile the others use far more credits than there are. */
    @Test
    void aThreadThatStandsStillInItsPostFailsNoOther() throws Exception {
        assumeTrue(Subject.isSoftware());
        FailingProvider provider = new FailingProvider(Subject.PROVIDER, 0);
        CountDownLatch gate = new CountDownLatch(1);
        provider.gate = gate;
        try (MemoryServer server = new MemoryServer(true, b -> b.queueDepth(DEPTH));
                ClientSession session = Clients.to(server.address())
                        .provider(provider)
                        .ioConnections(1)
                        .open()) {
            RegisteredMemory memory = session.allocate(4096);
            Queue<RtrsException> failures = new ConcurrentLinkedQueue<>();
            AtomicInteger written = new AtomicInteger();
            List<Thread> writers = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                String name = t == 0 ? HeldSend.WRITER : "other";
                writers.add(Thread.ofPlatform().name(name).start(() -> {
                    try {
                        while (gate.getCount() > 0 && written.get() < 20 * DEPTH) {
                            session.write(Clients.header(0, 0), memory, 0, 4096);
                            written.addAndGet(provider.held.get());
                        }
                    } catch (RtrsException e) {
                        failures.add(e);
                    }
                    gate.countDown();
                }));
            }
            for (Thread writer : writers) {
                writer.join();
            }
            assertThat(failures).isEmpty();
            assertThat(provider.held).hasValue(1);
            assertThat(written).hasValueGreaterThanOrEqualTo(20 * DEPTH);
        } finally {
            gate.countDown();
        }
    }

    @ParameterizedTest(name = "the small queue is the client''s: {0}")
    @ValueSource(booleans = {true, false})
    void aQueueOfTwoChainsServesAsManyThreadsAsPermits(boolean atClient) throws Exception {
        assumeTrue(Subject.isSoftware());
        FailingProvider tiny =
                new FailingProvider(Subject.PROVIDER, 0, d -> ClientConstructionTest.small(d, 74, d.maxCqe()));
        try (MemoryServer server =
                        new MemoryServer(true, b -> b.queueDepth(DEPTH).provider(atClient ? Subject.PROVIDER : tiny));
                ClientSession session = Clients.to(server.address())
                        .provider(atClient ? tiny : Subject.PROVIDER)
                        .open()) {
            RegisteredMemory memory = session.allocate(512L * DEPTH);
            Queue<RtrsException> failures = new ConcurrentLinkedQueue<>();
            List<Thread> writers = new ArrayList<>();
            for (int t = 0; t < DEPTH; t++) {
                int place = 512 * t;
                writers.add(Thread.ofPlatform().start(() -> {
                    try {
                        for (int i = 0; i < 20; i++) {
                            session.write(Clients.header(place, 0), memory, place, 512);
                            session.read(Clients.header(place, 0), memory, place, 512);
                        }
                    } catch (RtrsException e) {
                        failures.add(e);
                    }
                }));
            }
            for (Thread writer : writers) {
                writer.join();
            }
            assertThat(failures).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"IO", "ADMIN"})
    void everyPermitsRequestIsAcceptedAndEnds(String type) throws Exception {
        assumeTrue(Subject.isSoftware());
        FailingProvider tiny =
                new FailingProvider(Subject.PROVIDER, 0, d -> ClientConstructionTest.small(d, 74, d.maxCqe()));
        try (MemoryServer server = new MemoryServer(true, b -> b.queueDepth(DEPTH));
                ClientSession session =
                        Clients.to(server.address()).provider(tiny).open()) {
            RegisteredMemory memory = session.allocate(512L * DEPTH);
            for (int round = 0; round < 20; round++) {
                CountDownLatch ended = new CountDownLatch(DEPTH);
                AtomicInteger failures = new AtomicInteger();
                for (int i = 0; i < DEPTH; i++) {
                    Permit permit = session.getPermit(ConnectionType.valueOf(type));
                    Status result = session.request(
                            i % 2 == 0 ? Direction.WRITE : Direction.READ,
                            permit,
                            (p, status) -> {
                                failures.addAndGet(status.errno());
                                session.putPermit(p);
                                ended.countDown();
                            },
                            Clients.header(512 * permit.id(), 0),
                            memory,
                            512L * permit.id(),
                            512);
                    assertThat(result).isEqualTo(Status.OK);
                }
                assertThat(ended.await(Subject.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
                assertThat(failures).hasValue(0);
            }
        }
    }

    /** What was accepted and waits is called back when the session is closed, or its path breaks. */
    @Test
    void whatWaitsForRoomIsCalledBackWhenTheSessionIsClosed() throws Exception {
        assumeTrue(Subject.isSoftware());
        FailingProvider tiny =
                new FailingProvider(Subject.PROVIDER, 0, d -> ClientConstructionTest.small(d, 74, d.maxCqe()));
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        try (MemoryServer server = new MemoryServer(true, b -> b.queueDepth(DEPTH))) {
            try (ClientSession session =
                    Clients.to(server.address()).provider(tiny).open()) {
                RegisteredMemory memory = session.allocate(512);
                CountDownLatch blocked = new CountDownLatch(1);
                for (int i = 0; i < DEPTH; i++) {
                    Permit permit = session.getPermit(ConnectionType.ADMIN);
                    Status result = session.request(
                            Direction.WRITE,
                            permit,
                            (p, status) -> {
                                blocked.countDown();
                                ServerBadRequestTest.awaitUninterruptibly(release);
                                calls.incrementAndGet();
                                session.putPermit(p);
                            },
                            Clients.header(0, 0),
                            memory,
                            0,
                            512);
                    assertThat(result).isEqualTo(Status.OK);
                    assertThat(blocked.await(Subject.PATIENCE_S, TimeUnit.SECONDS))
                            .isTrue();
                }
                server.server.close(); // the path breaks while most wait
                release.countDown();
            }
            assertThat(calls).hasValue(DEPTH);
        } finally {
            release.countDown();
        }
    }
}
