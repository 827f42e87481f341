package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RequestCallback;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.stats.PathCounter;
import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Many requests at once. */
@Timeout(Subject.PATIENCE_S * 5)
class ClientLoadTest {

    @ParameterizedTest(name = "queue depth {0}, alwaysInvalidate {1}")
    @CsvSource({"1,true", "1,false", "32,true", "32,false", "512,true", "512,false"})
    void asManyRequestsAsTheQueueIsDeepEndOnceEach(int queueDepth, boolean alwaysInvalidate)
            throws Exception { // spec/rtrs.md 19.57
        int total = 4 * queueDepth + 100;
        try (MemoryServer server = new MemoryServer(alwaysInvalidate, b -> b.queueDepth(queueDepth));
                ClientSession session = Clients.to(server.address()).open()) {
            assertThat(session.queueDepth()).isEqualTo(queueDepth);
            RegisteredMemory memory = session.allocate(512L * queueDepth);
            Clients.fill(memory.segment(), queueDepth);
            AtomicIntegerArray calls = new AtomicIntegerArray(total);
            AtomicInteger failures = new AtomicInteger();
            CountDownLatch done = new CountDownLatch(total);
            for (int i = 0; i < total; i++) {
                int number = i;
                Permit permit = session.getPermit(i % 17 == 0 ? ConnectionType.ADMIN : ConnectionType.IO);
                RequestCallback callback = (p, status) -> {
                    calls.incrementAndGet(number);
                    failures.addAndGet(status.isOk() ? 0 : 1);
                    session.putPermit(p);
                    done.countDown();
                };
                MemorySegment header = Clients.header(512 * permit.id(), 0);
                Direction direction = i % 2 == 0 ? Direction.WRITE : Direction.READ;
                assertThat(session.request(direction, permit, callback, header, memory, 512L * permit.id(), 512))
                        .isEqualTo(Status.OK);
            }
            assertThat(done.await(Subject.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
            assertThat(failures).hasValue(0);
            for (int i = 0; i < total; i++) {
                assertThat(calls.get(i)).isEqualTo(1);
            }
            assertThat(session.paths().getFirst().counter(PathCounter.READS)
                            + session.paths().getFirst().counter(PathCounter.WRITES))
                    .isEqualTo(total);
            await().atMost(Duration.ofSeconds(Subject.PATIENCE_S))
                    .until(() -> session.paths().getFirst().inFlight() == 0);
        }
    }

    @Test
    void moreThreadsThanPermitsAllGetTheirTurn() throws Exception { // spec/rtrs.md 19.61
        int threads = 12;
        int each = 25;
        try (MemoryServer server = new MemoryServer(true, b -> b.queueDepth(3));
                ClientSession session = Clients.to(server.address()).open()) {
            RegisteredMemory memory = session.allocate(1024L * threads);
            AtomicInteger good = new AtomicInteger();
            List<Thread> started = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int place = t * 1024;
                started.add(Thread.ofVirtual().start(() -> {
                    try {
                        for (int i = 0; i < each; i++) {
                            session.write(Clients.header(place, 0), memory, place, 512);
                            session.read(Clients.header(place, 0), memory, place + 512L, 512);
                            good.incrementAndGet();
                        }
                    } catch (io.rtrs.core.error.RtrsException e) {
                        throw new IllegalStateException(e);
                    }
                }));
            }
            for (Thread thread : started) {
                thread.join();
            }
            assertThat(good).hasValue(threads * each);
            List<Permit> all = new ArrayList<>();
            for (Permit p = session.tryGetPermit(ConnectionType.IO);
                    p != null;
                    p = session.tryGetPermit(ConnectionType.IO)) {
                all.add(p);
            }
            assertThat(all).extracting(Permit::id).containsExactly(0, 1, 2);
            all.forEach(session::putPermit);
        }
    }
}
