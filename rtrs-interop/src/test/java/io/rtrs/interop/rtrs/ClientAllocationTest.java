package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RequestCallback;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * Nothing is allocated from the request to the callback: the session is polled by the test's own thread, which does all the
 * client's work then, and its allocated bytes stand still after warm-up.
 */
@Timeout(Subject.PATIENCE_S * 5)
class ClientAllocationTest {
    private static final int MEASURED = 2_000;

    /** For the compiler, which has its own time on a busy machine. */
    private static final long WARM_UP_NS = TimeUnit.SECONDS.toNanos(Subject.PATIENCE_S);

    private boolean done;

    @ParameterizedTest(name = "{0}, alwaysInvalidate {1}, invalidateReads {2}")
    @CsvSource({"WRITE,true,true", "READ,true,true", "READ,true,false", "WRITE,false,true", "READ,false,true"})
    void aRequestAllocatesNothing(Direction direction, boolean alwaysInvalidate, boolean invalidateReads)
            throws Exception {
        // The emulated machine is too slow to warm up.
        assumeTrue(Subject.isSoftware());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().threadId();
        try (MemoryServer server = new MemoryServer(alwaysInvalidate);
                ClientSession session = Clients.to(server.address())
                        .invalidateReads(invalidateReads)
                        .waitStrategy(WaitStrategy.INVOKED)
                        .open()) {
            RegisteredMemory memory = session.allocate(4096);
            MemorySegment header = Clients.header(0, 0);
            RequestCallback callback = (permit, status) -> done = status.isOk();
            long least = Long.MAX_VALUE;
            // While the compiler is at work there is garbage; one round without any allocation is the proof.
            long began = System.nanoTime();
            while (least > 0 && System.nanoTime() - began < WARM_UP_NS) {
                long before = threads.getThreadAllocatedBytes(self);
                long again = threads.getThreadAllocatedBytes(self);
                run(session, direction, callback, header, memory, MEASURED);
                long after = threads.getThreadAllocatedBytes(self);
                least = Math.min(least, after - again - (again - before));
            }
            assertThat(least).as("bytes in %s requests", MEASURED).isLessThanOrEqualTo(0);
        }
    }

    private void run(
            ClientSession session,
            Direction direction,
            RequestCallback callback,
            MemorySegment header,
            RegisteredMemory memory,
            int count) {
        for (int i = 0; i < count; i++) {
            Permit permit = session.tryGetPermit(ConnectionType.IO);
            if (permit == null) {
                throw new IllegalStateException("no permit");
            }
            done = false;
            Status accepted = session.request(direction, permit, callback, header, memory, 0, 4096);
            if (!accepted.isOk()) {
                throw new IllegalStateException("refused " + accepted);
            }
            while (!done) {
                session.poll();
            }
            session.putPermit(permit);
        }
    }
}
