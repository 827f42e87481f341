package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RequestCallback;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.softroce.driver.SoftRoceProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

/** Two hundred sessions at once against one server, whose memory is just enough for them. */
@Timeout(Subject.PATIENCE_S * 10)
class ManySessionsTest {
    private static final int SESSIONS = 200;
    private static final int DEPTH = 2;
    private static final int BYTES = 512;

    /** Of all sessions together, after which the counts are compared. */
    private static final long REQUESTS = SESSIONS * 300L;

    /** A machine with other work favours a thread for a while; a server that is not fair favours it in the long run. */
    private static final int COMPARISONS = 25;

    private static final double FAIR = 0.8;
    private static final long MEMORY = (long) SESSIONS * MemoryServer.QUEUE_DEPTH * MemoryServer.CHUNK_SIZE;
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);

    /** What the requests of all sessions share. */
    private static final class Run {
        final CountDownLatch over = new CountDownLatch(SESSIONS * DEPTH);
        final AtomicInteger failed = new AtomicInteger();
        volatile boolean stopping;
    }

    /** A session with requests under way, each of which starts the next. */
    private static final class Busy implements AutoCloseable {
        private final ClientSession session;
        private final RegisteredMemory memory;
        private final MemorySegment header = Clients.header(0, 0);
        private final LongAdder done = new LongAdder();
        private long before;

        Busy(ClientSession session) throws RtrsException {
            this.session = session;
            this.memory = session.allocate((long) DEPTH * BYTES);
        }

        void start(Run run) throws RtrsException {
            for (int i = 0; i < DEPTH; i++) {
                new Stream(this, session.getPermit(ConnectionType.IO), (long) i * BYTES, run).next();
            }
        }

        /** Requests from now on count. */
        void count() {
            before = done.sum();
        }

        long counted() {
            return done.sum() - before;
        }

        @Override
        public void close() {
            session.close();
        }
    }

    /** Requests one after the other. */
    private record Stream(Busy of, Permit permit, long at, Run run) implements RequestCallback {
        void next() {
            if (run.stopping) {
                of.session.putPermit(permit);
                run.over.countDown();
                return;
            }
            Status refused = of.session.request(Direction.WRITE, permit, this, of.header, of.memory, at, BYTES);
            if (!refused.isOk()) {
                end(refused);
            }
        }

        private void end(Status status) {
            if (status.isOk()) {
                of.done.increment();
                next();
            } else {
                run.failed.incrementAndGet();
                of.session.putPermit(permit);
                run.over.countDown();
            }
        }

        @Override
        public void onComplete(Permit completed, Status status) {
            end(status);
        }
    }

    private static ClientSession open(MemoryServer server, int number) throws RtrsException {
        return Clients.to(server.address())
                .sessionName("many-" + number)
                .ioConnections(1)
                .waitStrategy(WaitStrategy.EVENTS)
                .open();
    }

    @Test
    void two_hundred_sessions_are_served_alike_and_one_more_is_refused() throws Exception {
        // Ends that call each other have nothing between them that could be fair: the machine's scheduler decides
        // alone.
        assumeTrue(Subject.PROVIDER instanceof SoftRoceProvider);
        Object before = Subject.handles();
        List<Busy> sessions = new ArrayList<>();
        try (MemoryServer server =
                new MemoryServer(true, builder -> builder.memoryMax(MEMORY).waitStrategy(WaitStrategy.EVENTS))) {
            for (int i = 0; i < SESSIONS; i++) {
                sessions.add(new Busy(open(server, i)));
            }
            assertThatThrownBy(() -> open(server, SESSIONS))
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOMEM));
            assertThat(server.server.refusedConnections()).containsEntry(Status.OUT_OF_MEMORY, 1L);
            assertThat(server.server.sessions()).hasSize(SESSIONS);

            assertFair(sessions);

            // A place that becomes free is given again.
            sessions.removeLast().close();
            await().atMost(PATIENCE).until(() -> server.server.sessions().size() == SESSIONS - 1);
            sessions.add(new Busy(open(server, SESSIONS)));
            sessions.forEach(Busy::close);
        } finally {
            sessions.forEach(Busy::close);
        }
        Clients.awaitHandles(before);
    }

    private static void assertFair(List<Busy> sessions) throws Exception {
        Run run = new Run();
        for (Busy busy : sessions) {
            busy.start(run);
        }
        sessions.forEach(Busy::count); // when all have begun
        double leastOverMost = 0;
        for (int i = 1; i <= COMPARISONS && leastOverMost < FAIR; i++) {
            long wanted = i * REQUESTS;
            await().atMost(PATIENCE).until(() -> counted(sessions).sum() >= wanted || run.failed.get() > 0);
            leastOverMost = (double) counted(sessions).min().orElseThrow()
                    / counted(sessions).max().orElseThrow();
        }
        run.stopping = true;
        assertThat(run.over.await(Subject.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        assertThat(run.failed).hasValue(0);
        assertThat(leastOverMost)
                .as("requests of the session with the fewest over those of the one with the most")
                .isGreaterThanOrEqualTo(FAIR);
    }

    private static LongStream counted(List<Busy> sessions) {
        return sessions.stream().mapToLong(Busy::counted);
    }
}
