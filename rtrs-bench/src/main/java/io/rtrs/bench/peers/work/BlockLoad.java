package io.rtrs.bench.peers.work;

import io.rtrs.bench.load.BlockHeader;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;

/**
 * Keeps a number of requests in flight, one block of the server's memory after the other: each answer starts the next
 * request.
 *
 * <p><b>Threading:</b> {@link #start}, then {@link #onAnswer}, one call at a time and each seeing what the one before did;
 * {@link #isOver} and {@link #awaitOver} from any thread, results after them. <b>Allocation:</b> none after construction.
 */
public final class BlockLoad {
    private final Shape shape;
    private final Limits limits;
    private final MemorySegment blocks;
    private final @Nullable Content content;
    private final int direction;
    private final long span;

    private final long[] sentNs;
    private final long[] offsets;
    private final Recording recording;
    private final CountDownLatch over = new CountDownLatch(1);
    private Requests requests = (slot, what, length, offset) -> {};
    private long sent;
    private long nextOffset;
    private int inFlight;
    private long errors;
    private long mismatches;
    private volatile boolean isOver;

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
        this.span = Shape.SPAN - Shape.SPAN % shape.blockSize();
        this.sentNs = new long[shape.depth()];
        this.offsets = new long[shape.depth()];
        this.recording = new Recording(System.nanoTime(), limits);
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
        int first = (int) Math.min(shape.depth(), limits.requests());
        inFlight = first;
        for (int slot = 0; slot < first; slot++) {
            send(slot, nowNs);
        }
    }

    /** A request was answered; the block of a read is in its place. */
    public void onAnswer(int slot, int status) {
        long nowNs = System.nanoTime();
        if (status != 0) {
            errors++;
        } else {
            check(slot);
        }
        boolean inTime = nowNs - limits.stopAtNs() < 0;
        if (inTime) {
            recording.onAnswer(nowNs, nowNs - sentNs[slot]);
        }
        if (inTime && sent < limits.requests() && status == 0) {
            send(slot, nowNs);
        } else {
            inFlight--;
            if (inFlight == 0) {
                recording.end();
                isOver = true;
                over.countDown();
            }
        }
    }

    private void check(int slot) {
        Content expected = content;
        if (expected != null
                && !shape.write()
                && !expected.matches(blocks, blockAt(slot), shape.blockSize(), offsets[slot])) {
            mismatches++;
        }
    }

    private void send(int slot, long nowNs) {
        long offset = nextOffset;
        nextOffset = offset + shape.blockSize() == span ? 0 : offset + shape.blockSize();
        sent++;
        offsets[slot] = offset;
        sentNs[slot] = nowNs;
        Content written = content;
        if (written != null && shape.write()) {
            written.fill(blocks, blockAt(slot), shape.blockSize(), offset);
        }
        requests.send(slot, direction, shape.blockSize(), offset);
    }

    /** Whether nothing is in flight any more. */
    public boolean isOver() {
        return isOver;
    }

    /** Waits for that. */
    public void awaitOver() throws InterruptedException {
        over.await();
    }

    /** Requests answered in the counted time. */
    public long counted() {
        return recording.counted();
    }

    /** Requests sent, warm-up included. */
    public long sent() {
        return sent;
    }

    /** Requests that failed. */
    public long errors() {
        return errors;
    }

    /** Reads that brought other bytes than were expected. */
    public long mismatches() {
        return mismatches;
    }

    /** Latencies of the counted requests. */
    public Histogram latencyNs() {
        return recording.latencyNs();
    }
}
