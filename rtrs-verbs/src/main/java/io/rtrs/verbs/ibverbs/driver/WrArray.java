package io.rtrs.verbs.ibverbs.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The memory of a post call: an array of work requests linked into one chain, an array of SGEs for each, and the place for
 * the address of the first work request that was not posted.
 *
 * <p>Send and receive work requests differ in size and members, but both begin alike: {@code wr_id}, {@code next}, {@code
 * sg_list}, {@code num_sge}; the constructor of the caller passes the offsets. A part of the array is posted by cutting
 * the chain after it; where it is cut is remembered, so that posting the same part again writes nothing.
 */
final class WrArray {
    private static final long ALIGNMENT = 64;

    private final MemorySegment memory;
    private final int count;
    private final long size;
    private final long nextOffset;
    private final long badWr;
    private int cut;

    WrArray(int count, long size, long nextOffset, long sgListOffset, int maxSge, long sgeSize) {
        long sges = count * size;
        long bad = sges + (long) count * maxSge * sgeSize;
        this.memory = Arena.ofAuto().allocate(bad + ValueLayout.JAVA_LONG.byteSize(), ALIGNMENT);
        this.count = count;
        this.size = size;
        this.nextOffset = nextOffset;
        this.badWr = bad;
        this.cut = count - 1;
        for (int wr = 0; wr < count; wr++) {
            memory.set(
                    ValueLayout.JAVA_LONG,
                    wr * size + sgListOffset,
                    memory.address() + sges + (long) wr * maxSge * sgeSize);
            if (wr < count - 1) {
                link(wr);
            }
        }
    }

    MemorySegment memory() {
        return memory;
    }

    /** Address of a work request; the chain from it ends at the last one that {@link #cutAfter} named. */
    long address(int wr) {
        return memory.address() + wr * size;
    }

    /** Where a failed post leaves the address of the first work request not posted. */
    long badWrAddress() {
        return memory.address() + badWr;
    }

    /** The index of the first work request that the last failed post did not post; {@code first} if it did not say. */
    int badWr(int first) {
        long bad = memory.get(ValueLayout.JAVA_LONG, badWr);
        return bad == 0 ? first : (int) ((bad - memory.address()) / size);
    }

    /** Forgets the last failure. */
    void clearBadWr() {
        memory.set(ValueLayout.JAVA_LONG, badWr, 0L);
    }

    /** Ends the chain at a work request. */
    void cutAfter(int last) {
        if (cut != last) {
            if (cut != count - 1) {
                link(cut);
            }
            memory.set(ValueLayout.JAVA_LONG, last * size + nextOffset, 0L);
            cut = last;
        }
    }

    private void link(int wr) {
        memory.set(ValueLayout.JAVA_LONG, wr * size + nextOffset, address(wr + 1));
    }
}
