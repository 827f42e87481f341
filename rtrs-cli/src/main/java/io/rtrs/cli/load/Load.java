package io.rtrs.cli.load;

import io.rtrs.cli.block.BlockHeader;
import io.rtrs.cli.text.Progress;
import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps requests in flight on a session, phase by phase: each completion starts the next request, on the event loop.
 *
 * <p><b>Threading:</b> {@link #run} blocks its one caller; {@link #stop} from any thread; everything else happens on the
 * session's loops. <b>Ownership:</b> whoever made it closes it, before the session. <b>Allocation:</b> none per request.
 */
public final class Load implements AutoCloseable {
    private static final long SHOW_MS = 100;
    private static final long STOP_GRACE_NS = 5_000_000_000L;
    private static final long QUIET_NS = 2_000_000_000L;

    private final ClientSession session;
    private final LoadShape shape;
    private final Arena arena = Arena.ofShared();
    private final RegisteredMemory memory;
    private final Slot[] slots;

    private Runnable onLook = () -> {};
    private volatile boolean stopped;
    private volatile boolean foundDifference;

    /**
     * Registers memory for all requests in flight.
     *
     * @throws RtrsException EINVAL if the session takes no such blocks, or not so many requests at once
     */
    public Load(ClientSession session, LoadShape shape, Content content, long seed) throws RtrsException {
        if (shape.blockSize() > session.maxIoSize()) {
            throw new RtrsException(
                    Errno.EINVAL,
                    "blocks of " + shape.blockSize() + " bytes: the server takes at most " + session.maxIoSize());
        }
        if (shape.slots() > session.queueDepth()) {
            throw new RtrsException(
                    Errno.EINVAL,
                    shape.slots() + " requests at once: the server takes at most " + session.queueDepth());
        }
        this.session = session;
        this.shape = shape;
        this.memory = session.allocate((long) shape.slots() * shape.blockSize());
        slots = new Slot[shape.slots()];
        for (int i = 0; i < slots.length; i++) {
            MemorySegment header = arena.allocate(BlockHeader.BYTES, 8);
            slots[i] = new Slot(session, new Slot.Place(shape, i, memory, header), content, seed + i);
        }
    }

    /** What is done now and then while a phase is under way, in the thread that waits for it. */
    public void onLook(Runnable task) {
        onLook = task;
    }

    /** Runs a phase and waits for its end; one at a time. */
    public LoadReport run(Phase phase, Progress progress) throws RtrsException, InterruptedException {
        return run(phase, progress, null, () -> 0);
    }

    /**
     * As {@link #run(Phase, Progress)}, with a timeline.
     *
     * @param repeated how often connections sent something again, until now
     */
    public LoadReport run(Phase phase, Progress progress, @Nullable Timeline timeline, LongSupplier repeated)
            throws RtrsException, InterruptedException {
        Tally tally = new Tally(timeline);
        CountDownLatch running = new CountDownLatch(slots.length);
        long startNs = System.nanoTime();
        Watch watch = new Watch(phase, tally, timeline, repeated, startNs);
        try {
            if (timeline != null) {
                timeline.start(startNs, repeated.getAsLong());
            }
            for (int i = 0; i < slots.length; i++) {
                slots[i].prepare(new Slot.Turn(phase, quota(phase, i), startNs, tally, running, this));
            }
            for (Slot slot : slots) {
                slot.start(session.getPermit(ConnectionType.IO));
            }
            await(running, watch, progress);
        } finally {
            progress.clear();
            watch.end();
        }
        return tally.report(System.nanoTime() - startNs);
    }

    /** What is looked at while a phase is under way. */
    private record Watch(Phase phase, Tally tally, @Nullable Timeline timeline, LongSupplier repeated, long startNs) {
        void look(long nowNs) {
            if (timeline != null) {
                timeline.look(tally.bytes(), repeated.getAsLong(), nowNs);
            }
        }

        void end() {
            if (timeline != null) {
                timeline.end(tally.bytes(), repeated.getAsLong(), System.nanoTime());
            }
        }
    }

    /** Since when nothing has completed: the mean rate of a run does not show it. */
    private static final class Standstill {
        private long operations;
        private long sinceNs;

        Standstill(long startNs) {
            sinceNs = startNs;
        }

        long look(long completed, long nowNs) {
            if (completed != operations) {
                operations = completed;
                sinceNs = nowNs;
            }
            return nowNs - sinceNs;
        }
    }

    private void await(CountDownLatch running, Watch watch, Progress progress)
            throws RtrsException, InterruptedException {
        Phase phase = watch.phase();
        Tally tally = watch.tally();
        long total = total(phase);
        long stoppedNs = 0;
        Standstill standstill = new Standstill(watch.startNs());
        while (!running.await(SHOW_MS, TimeUnit.MILLISECONDS)) {
            long nowNs = System.nanoTime();
            watch.look(nowNs);
            onLook.run();
            long doneNs = nowNs - watch.startNs();
            double done =
                    Math.max((double) tally.operations() / Math.max(1, total), (double) doneNs / phase.longestNs());
            long quietNs = standstill.look(tally.operations(), nowNs);
            if (quietNs >= QUIET_NS) {
                progress.show(phase.name(), done, "no answer for " + quietNs / 1_000_000_000 + " s", nowNs);
            } else {
                progress.show(phase.name(), done, tally.bytes() * 1e9 / doneNs, nowNs);
            }
            stoppedNs = stopped && stoppedNs == 0 ? nowNs : stoppedNs;
            if (stopped && session.waiting() > 0 && !session.isConnected()) {
                session.close(); // nothing else takes back what waits for a path
            }
            if (stopped && nowNs - stoppedNs > STOP_GRACE_NS) {
                throw new RtrsException(
                        Errno.ETIMEDOUT, running.getCount() + " requests did not end after " + phase.name());
            }
        }
    }

    private long total(Phase phase) {
        return switch (phase.bound()) {
            case OPERATIONS -> phase.operations();
            case BLOCKS -> shape.blocks();
            case WRITTEN -> {
                long written = 0;
                for (Slot slot : slots) {
                    written += slot.written();
                }
                yield written;
            }
        };
    }

    private long quota(Phase phase, int slot) {
        return switch (phase.bound()) {
            case BLOCKS, WRITTEN -> shape.blocksOf(slot);
            case OPERATIONS -> share(phase.operations(), slot);
        };
    }

    /** A slot's part of a number of operations: only slots that have blocks take part. */
    private long share(long operations, int slot) {
        if (operations == Phase.UNLIMITED) {
            return operations;
        }
        int active = 0;
        int before = 0;
        for (int i = 0; i < slots.length; i++) {
            if (shape.blocksOf(i) > 0) {
                before += i < slot ? 1 : 0;
                active++;
            }
        }
        if (shape.blocksOf(slot) == 0) {
            return 0;
        }
        return operations / active + (before < operations % active ? 1 : 0);
    }

    /**
     * Ends this phase, and later ones at once: what is in flight completes. If there is something that waits for a path, and no
     * path, the session is closed for it.
     */
    public void stop() {
        stopped = true;
    }

    /** Whether something was read that is not what was written. */
    public boolean foundDifference() {
        return foundDifference;
    }

    void onDifference() {
        foundDifference = true;
    }

    boolean isStopped() {
        return stopped;
    }

    /** Frees the memory; what requests that did not end still use is freed with the session. */
    @Override
    public void close() throws RtrsException {
        try {
            memory.close();
            arena.close();
        } catch (RtrsException e) {
            if (e.errno() != Errno.EBUSY) {
                throw e;
            }
        }
    }
}
