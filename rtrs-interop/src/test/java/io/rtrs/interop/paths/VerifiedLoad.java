package io.rtrs.interop.paths;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientSession;
import io.rtrs.core.Status;
import io.rtrs.core.error.RtrsException;
import io.rtrs.interop.subject.Subject;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps as many requests in flight as it has slots. A slot has a block of the server: it writes it, reads it back, compares,
 * and writes it anew. Each request is counted when it is submitted and when it is called back; a second callback, a failure
 * that was not to be, and a block that is not what was written last are faults.
 *
 * <p>A load that bears failures submits what failed again when a path is there. A write that failed may have been executed
 * or not: the read that follows tells, and must find one of the two.
 *
 * <p><b>Threading:</b> the callbacks' threads, one at a time for each slot; a thread of its own for what is submitted again.
 */
final class VerifiedLoad implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(2 * Subject.PATIENCE_S);
    private static final int FAULTS_KEPT = 20;

    private final Target target;
    private final boolean bearsFailures;
    private final Slot[] slots;
    private final AtomicLong submitted = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicInteger running;
    private final Set<Status> statuses = new ConcurrentSkipListSet<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<Slot> parked = new LinkedBlockingQueue<>();
    private final Thread again = new Thread(this::submitAgain, "load-again");
    private volatile boolean stopping;

    private VerifiedLoad(Target target, int depth, boolean bearsFailures) {
        this.target = target;
        this.bearsFailures = bearsFailures;
        this.slots = new Slot[depth];
        this.running = new AtomicInteger(depth);
        for (int i = 0; i < depth; i++) {
            slots[i] = new Slot(i);
        }
    }

    /** Starts it on the blocks of a session's server. */
    static VerifiedLoad start(ClientSession session, int depth, boolean bearsFailures) throws RtrsException {
        return start(new SessionTarget(session, depth), depth, bearsFailures);
    }

    /** Starts it, and owns the target. */
    static VerifiedLoad start(Target target, int depth, boolean bearsFailures) {
        VerifiedLoad load = new VerifiedLoad(target, depth, bearsFailures);
        load.again.setDaemon(true);
        load.again.start();
        for (Slot slot : load.slots) {
            slot.next();
        }
        return load;
    }

    /** Waits until so many more requests have succeeded. */
    void awaitMore(long count) {
        long wanted = succeeded() + count;
        await().atMost(PATIENCE).failFast("a fault", () -> !faults.isEmpty()).until(() -> succeeded() >= wanted);
    }

    private long succeeded() {
        return ended.get() - failed.get();
    }

    /** Requests that ended with an errno. */
    long failed() {
        return failed.get();
    }

    /** The statuses of those. */
    Set<Status> statuses() {
        return new TreeSet<>(statuses);
    }

    /** Submits nothing more, and waits until nothing is in flight: each request must have been called back once. */
    void finish() {
        stopping = true;
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(running.get())
                        .as("slots with a request that is not called back; submitted %s, ended %s", submitted, ended)
                        .isZero());
        assertThat(faults).isEmpty();
        assertThat(ended.get()).as("requests called back").isEqualTo(submitted.get());
        target.assertIdle();
    }

    /** Closes the target, where that is possible. */
    @Override
    public void close() throws IOException {
        stopping = true;
        again.interrupt();
        if (running.get() == 0) {
            target.close();
        }
    }

    private void fault(String what) {
        if (faults.size() < FAULTS_KEPT) {
            faults.add(what);
        }
    }

    private void submitAgain() {
        try {
            while (true) {
                Slot slot = parked.take();
                while (!stopping && !target.isConnected()) {
                    TimeUnit.MILLISECONDS.sleep(10);
                }
                slot.next();
            }
        } catch (InterruptedException e) {
            // The load is over.
        }
    }

    /** One block, and at most one request in flight. */
    private final class Slot {
        private final int index;
        private final MemorySegment out;
        private final MemorySegment in;

        /** What the server has, if nothing is in doubt. */
        private long settled;

        /** What was written last; not settled until a read has found it. */
        private long written;

        private boolean writes = true;

        Slot(int index) {
            this.index = index;
            out = target.out(index);
            in = target.in(index);
        }

        void next() {
            if (stopping) {
                running.decrementAndGet();
                return;
            }
            if (writes) {
                Blocks.fill(out, index, ++written);
            } else {
                in.fill((byte) 0xa5);
            }
            submitted.incrementAndGet();
            target.submit(index, writes, new Once(this));
        }

        void onEnd(Status status) {
            ended.incrementAndGet();
            if (!status.isOk()) {
                onFailed(status);
                return;
            }
            if (writes) {
                settled = written;
                writes = false;
            } else {
                check();
                writes = true;
            }
            next();
        }

        private void onFailed(Status status) {
            failed.incrementAndGet();
            statuses.add(status);
            writes = false; // what the server has is in doubt: it is read first
            if (bearsFailures) {
                parked.add(this);
            } else {
                fault("a request of slot " + index + " ended with " + status);
                running.decrementAndGet();
            }
        }

        private void check() {
            long found = Blocks.generation(in);
            if ((found != settled && found != written) || !Blocks.is(in, index, found)) {
                fault("block " + index + " holds generation " + found + ", whole: " + Blocks.is(in, index, found)
                        + "; generation " + settled + " was settled, " + written + " written last");
            }
            settled = found;
        }
    }

    /** The callback of one request. */
    private final class Once implements Target.Done {
        private final Slot slot;
        private final AtomicInteger calls = new AtomicInteger();

        Once(Slot slot) {
            this.slot = slot;
        }

        @Override
        public void onEnd(Status status) {
            if (calls.getAndIncrement() > 0) {
                fault("a request of slot " + slot.index + " was called back twice, now with " + status);
            } else {
                slot.onEnd(status);
            }
        }
    }
}
