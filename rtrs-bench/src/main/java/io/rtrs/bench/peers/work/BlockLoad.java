package io.rtrs.bench.peers.work;

import io.rtrs.bench.load.BlockHeader;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;

/**
 * Keeps a number of requests in flight: each answer starts the next request of its slot. A slot goes through the blocks of
 * the server's memory that are its own, so that all slots together go through all of it.
 *
 * <p><b>Threading:</b> {@link #start}, then {@link #onAnswer} from any thread, for one slot one call at a time; its request in
 * flight hands the slot over. {@link #isOver} and {@link #awaitOver} from any thread, results after them.
 * <b>Allocation:</b> none after construction.
 */
public final class BlockLoad {
    private final Shape shape;
    private final Limits limits;
    private final MemorySegment blocks;
    private final @Nullable Content content;
    private final int direction;
    private final long spanBlocks;
    private final Slot[] slots;
    private final CountDownLatch running;
    private volatile Requests requests = (slot, what, length, offset) -> {};

    /**
     * A load that was not started.
     *
     * @param blocks the client's
     * @param content what is written, or expected; null: anything, and nothing is looked at
     */
    public BlockLoad(Shape shape, Limits limits, MemorySegment blocks, @Nullable Content content) {
        this.shape = shape;
        this.limits = limits;
        this.blocks = blocks;
        this.content = content;
        this.direction = shape.write() ? BlockHeader.WRITE : BlockHeader.READ;
        this.spanBlocks = Shape.SPAN / shape.blockSize();
        this.slots = new Slot[(int) Math.min(shape.depth(), limits.requests())];
        this.running = new CountDownLatch(slots.length);
        long nowNs = System.nanoTime();
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new Slot(i, nowNs);
        }
    }

    /** Where a slot's block is in the client's memory. */
    public static long blockAt(int slot) {
        return (long) slot * Shape.BLOCK_MAX;
    }

    /** Its load. */
    public Shape shape() {
        return shape;
    }

    /** Sends the first requests. */
    public void start(Requests to) {
        requests = to;
        long nowNs = System.nanoTime();
        for (Slot slot : slots) {
            slot.send(nowNs);
        }
    }

    /** A request was answered; the block of a read is in its place. */
    public void onAnswer(int slot, int status) {
        slots[slot].onAnswer(status);
    }

    /** Whether nothing is in flight any more. */
    public boolean isOver() {
        return running.getCount() == 0;
    }

    /** Waits for that. */
    public void awaitOver() throws InterruptedException {
        running.await();
    }

    /** Requests answered in the counted time. */
    public long counted() {
        long sum = 0;
        for (Slot slot : slots) {
            sum += slot.recording.counted();
        }
        return sum;
    }

    /** Requests sent, warm-up included. */
    public long sent() {
        long sum = 0;
        for (Slot slot : slots) {
            sum += slot.sent;
        }
        return sum;
    }

    /** Requests that failed. */
    public long errors() {
        long sum = 0;
        for (Slot slot : slots) {
            sum += slot.errors;
        }
        return sum;
    }

    /** Reads that brought other bytes than were expected. */
    public long mismatches() {
        long sum = 0;
        for (Slot slot : slots) {
            sum += slot.mismatches;
        }
        return sum;
    }

    /** Latencies of the counted requests. */
    public Histogram latencyNs() {
        Histogram all = new Histogram(3);
        for (Slot slot : slots) {
            all.add(slot.recording.latencyNs());
        }
        return all;
    }

    /** One request at a time. Its fields are of the thread that its request's answer comes on. */
    private final class Slot {
        private final int number;
        private final long most;
        private final Recording recording;
        private long sentNs;
        private long offset;
        private long sent;
        private long errors;
        private long mismatches;

        Slot(int number, long nowNs) {
            this.number = number;
            this.most = (limits.requests() - number - 1) / slots.length + 1;
            this.recording = new Recording(nowNs, limits);
        }

        void send(long nowNs) {
            offset = (sent * slots.length + number) % spanBlocks * shape.blockSize();
            sent++;
            sentNs = nowNs;
            Content written = content;
            if (written != null && shape.write()) {
                written.fill(blocks, blockAt(number), shape.blockSize(), offset);
            }
            requests.send(number, direction, shape.blockSize(), offset);
        }

        void onAnswer(int status) {
            long nowNs = System.nanoTime();
            if (status != 0) {
                errors++;
            } else {
                check();
            }
            boolean inTime = nowNs - limits.stopAtNs() < 0;
            if (inTime) {
                recording.onAnswer(nowNs, nowNs - sentNs);
            }
            if (inTime && sent < most && status == 0) {
                send(nowNs);
            } else {
                recording.end();
                running.countDown();
            }
        }

        private void check() {
            Content expected = content;
            if (expected != null
                    && !shape.write()
                    && !expected.matches(blocks, blockAt(number), shape.blockSize(), offset)) {
                mismatches++;
            }
        }
    }
}
