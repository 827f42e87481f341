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
import io.rtrs.soft.roce.driver.SoftRoceProvider;
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

    /**
     * Of nine sessions in ten. The scheduler gives the clients' two hundred threads more or less of two processors,
     * which shows in the few at either end; {@code rtrs-bench/sessions} reports those of a quiet machine.
     */
    private static final double FAIR = 0.8;

    /** Of any session: less would be a server that starves it. */
    private static final double SERVED = 0.5;

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

    /** Requests of each session, the fewest first. */
    private record Counts(List<Long> sorted) {
        static Counts of(List<Busy> sessions) {
            return new Counts(sessions.stream().map(Busy::counted).sorted().toList());
        }

        long sum() {
            return sorted.stream().mapToLong(Long::longValue).sum();
        }

        boolean fair() {
            int tail = sorted.size() / 20;
            return sorted.getFirst() > SERVED * sorted.getLast()
                    && sorted.get(tail) >= FAIR * sorted.get(sorted.size() - 1 - tail);
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
        Counts counts = Counts.of(sessions);
        for (int i = 1; i <= COMPARISONS && !counts.fair(); i++) {
            long wanted = i * REQUESTS;
            await().atMost(PATIENCE).until(() -> Counts.of(sessions).sum() >= wanted || run.failed.get() > 0);
            counts = Counts.of(sessions);
        }
        run.stopping = true;
        assertThat(run.over.await(Subject.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        assertThat(run.failed).hasValue(0);
        assertThat(counts).matches(Counts::fair, "fair");
    }
}
