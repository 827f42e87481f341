package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Many requests, many threads: what a server does under load. */
@ParameterizedClass(name = "alwaysInvalidate={0}")
@ValueSource(booleans = {true, false})
class ServerLoadTest extends ServerTest {
    private static final int MEASURED = 2_000;

    /** For the compiler, which has its own time on a busy machine. */
    private static final long WARM_UP_NS = TimeUnit.SECONDS.toNanos(Subject.PATIENCE_S);

    ServerLoadTest(boolean alwaysInvalidate) {
        super(alwaysInvalidate);
    }

    /**
     * From the receive completion to the posted answer, on the thread that does both.
     *
     * <p>Only where the optimizing compiler gets to it: without its escape analysis a call of the provider's native
     * functions leaves garbage, and the emulated machine is too slow to warm up that far.
     */
    @Test
    void requestPathAllocatesNothingOnceWarm() throws IOException {
        assumeTrue(Subject.isSoftware());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        AtomicLong bytes = new AtomicLong();
        server.before = (operation, handle) -> {
            bytes.set(threads.getCurrentThreadAllocatedBytes());
            server.serveInPlace(operation, handle);
        };
        byte[] header = MemoryServer.header(0, 0);
        long least = Long.MAX_VALUE;
        long began = System.nanoTime();
        while (least >= MEASURED && System.nanoTime() - began < WARM_UP_NS) {
            oneOf(0, header); // its thread's count is the first that belongs to the round
            long before = bytes.get();
            for (int i = 0; i < MEASURED; i++) {
                oneOf(i, header);
            }
            least = Math.min(least, bytes.get() - before);
        }
        assertThat(least).as("bytes in %d requests", MEASURED).isLessThan(MEASURED);
        server.before = null;
    }

    private void oneOf(int i, byte[] header) throws IOException {
        if (i % 2 == 0) {
            bystander.postRead(1, i % MemoryServer.QUEUE_DEPTH, 64, header, i % 4 == 0);
        } else {
            bystander.postWrite(1, i % MemoryServer.QUEUE_DEPTH, new byte[64], header);
        }
        assertThat(bystander.answer(1).status()).isZero();
    }

    /** The chunk of an answer is used again before the answering thread has returned from its call. */
    @Test
    void otherThreadsAnswerWhileChunksAreUsedAgainOnOtherConnections() throws Exception {
        try (ExecutorService answering = Executors.newFixedThreadPool(4);
                ExecutorService clients = Executors.newFixedThreadPool(3)) {
            server.before = (operation, handle) -> answering.execute(() -> server.serveInPlace(operation, handle));
            List<Future<?>> all = new ArrayList<>();
            for (int c = 0; c < 3; c++) {
                String name = "load" + c;
                all.add(clients.submit(() -> hammer(name)));
            }
            for (Future<?> one : all) {
                one.get();
            }
            server.before = null;
        }
        assertThat(server.incidents()).isEmpty();
        nothingElseIsTouched();
    }

    private Void hammer(String name) throws IOException {
        Random random = new Random(name.hashCode());
        try (RawClient client = RawClient.open(server.address(), name, 4)) {
            for (int i = 0; i < 1500; i++) {
                int cid = random.nextInt(4);
                int id = random.nextInt(2);
                if (random.nextBoolean()) {
                    client.postRead(cid, id, 512, new byte[0], random.nextBoolean());
                } else {
                    client.postWrite(cid, id, new byte[512], new byte[0]);
                }
                assertThat(client.answer(cid).messageId()).isEqualTo(id);
            }
        }
        return null;
    }

    /** Every path is opened and closed again; handles are counted after each. */
    @Test
    void sessionsThatComeAndGoLeaveNothing() throws IOException {
        for (int round = 0; round < 25; round++) {
            try (RawClient client = RawClient.open(server.address(), "coming", 1 + round % 4)) {
                writeAndRead(client, round % (1 + round % 4));
            }
            nothingElseIsTouched();
        }
    }
}
