package io.rtrs.cli.load;

import io.rtrs.cli.block.BlockHeader;
import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RequestCallback;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/**
 * One request in flight, and the blocks that belong to it.
 *
 * <p><b>Threading:</b> touched by one thread at a time: its request hands it from the one that posted it to the loop that
 * completes it; between phases it is the caller's.
 */
final class Slot implements RequestCallback {
    private final ClientSession session;
    private final Place place;
    private final Content content;
    private final SplittableRandom random;
    private final MemorySegment block;
    private final long memoryAt;
    private final int count;
    private int @Nullable [] versions;

    private @Nullable Turn turn;
    private long left;
    private int cursor;

    private boolean reads;
    private int index;
    private long offset;
    private int length;
    private int version;
    private long issuedNs;

    /** Where a slot's data and blocks are. */
    record Place(LoadShape shape, int number, RegisteredMemory memory, MemorySegment header) {}

    /** What a slot does in a phase. */
    record Turn(Phase phase, long quota, long startNs, Tally tally, CountDownLatch running, Load load) {
        boolean isOutOfTime() {
            return phase.longestNs() != Phase.UNLIMITED && System.nanoTime() - startNs >= phase.longestNs();
        }
    }

    Slot(ClientSession session, Place place, Content content, long seed) {
        this.session = session;
        this.place = place;
        this.content = content;
        this.random = new SplittableRandom(seed);
        int blockSize = place.shape().blockSize();
        this.memoryAt = (long) place.number() * blockSize;
        this.block = place.memory().segment().asSlice(memoryAt, blockSize);
        this.count = place.shape().blocksOf(place.number());
    }

    /** How many of its blocks were written with their own content. */
    long written() {
        int[] known = versions;
        long written = 0;
        for (int i = 0; known != null && i < count; i++) {
            written += known[i] > 0 ? 1 : 0;
        }
        return written;
    }

    void prepare(Turn next) {
        if (next.phase().verify() && versions == null) {
            versions = new int[count];
        }
        if (!next.phase().verify() && next.phase().readPercent() < 100) {
            content.fill(block, memoryAt, place.shape().blockSize(), 0);
        }
        turn = next;
        left = count == 0 ? 0 : next.quota();
        cursor = 0;
    }

    /** Starts the turn's first request; the permit is returned at its end. */
    void start(Permit permit) {
        step(permit);
    }

    @Override
    public void onComplete(Permit permit, Status status) {
        long nowNs = System.nanoTime();
        Turn now = current();
        if (!status.isOk()) {
            fail(now, permit, status.toString());
            return;
        }
        now.tally().succeeded(reads, length, nowNs - issuedNs);
        if (check(now, permit)) {
            step(permit);
        }
    }

    /** After a success: what was read must be what was written, and what was written is now there. */
    private boolean check(Turn now, Permit permit) {
        int[] known = versions;
        if (known == null || !now.phase().verify()) {
            return true;
        }
        if (!reads) {
            known[index] = version;
            return true;
        }
        try {
            long different = content.mismatch(block, offset, length, version);
            if (different >= 0) {
                now.load().onDifference();
                fail(now, permit, "byte " + different + " of it is not what was written");
            }
            return different < 0;
        } catch (RuntimeException | Error e) {
            fail(now, permit, e.toString());
            return false;
        }
    }

    private void step(Permit permit) {
        Turn now = current();
        if (!choose(now)) {
            end(now, permit);
            return;
        }
        try {
            if (!reads && now.phase().verify()) {
                content.fill(block, offset, length, version);
            }
            BlockHeader.encode(place.header(), reads ? BlockHeader.READ : BlockHeader.WRITE, offset, length);
            issuedNs = System.nanoTime();
            Direction direction = reads ? Direction.READ : Direction.WRITE;
            Status status = session.request(direction, permit, this, place.header(), place.memory(), memoryAt, length);
            if (!status.isOk()) {
                fail(now, permit, status.toString());
            }
        } catch (RuntimeException | Error e) {
            fail(now, permit, e.toString());
        }
    }

    /** Chooses the next request; false if the turn is over. */
    private boolean choose(Turn now) {
        Phase phase = now.phase();
        if (left <= 0 || now.isOutOfTime() || now.load().isStopped()) {
            return false;
        }
        int[] known = versions;
        if (phase.bound() == Phase.Bound.WRITTEN) {
            while (known != null && cursor < count && known[cursor] == 0) {
                cursor++;
            }
            if (known == null || cursor >= count) {
                return false;
            }
        }
        left--;
        index = phase.random() ? random.nextInt(count) : cursor;
        cursor = cursor + 1 == count && phase.bound() != Phase.Bound.WRITTEN ? 0 : cursor + 1;
        reads = phase.readPercent() == 100 || (phase.readPercent() > 0 && random.nextInt(100) < phase.readPercent());
        LoadShape shape = place.shape();
        offset = (shape.firstBlock(place.number()) + (long) index * shape.queueDepth()) * shape.blockSize();
        length = (int) Math.min(shape.blockSize(), shape.span() - offset);
        version = known == null ? 0 : reads ? known[index] : known[index] + 1;
        return true;
    }

    private void fail(Turn now, Permit permit, String why) {
        now.tally().failed((reads ? "read" : "write") + " of " + length + " bytes at " + offset + ": " + why);
        now.load().stop();
        end(now, permit);
    }

    private void end(Turn now, Permit permit) {
        session.putPermit(permit);
        now.running().countDown();
    }

    private Turn current() {
        Turn now = turn;
        if (now == null) {
            throw new IllegalStateException("no phase is under way");
        }
        return now;
    }
}
