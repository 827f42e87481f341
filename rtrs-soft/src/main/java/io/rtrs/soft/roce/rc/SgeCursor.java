package io.rtrs.soft.roce.rc;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.soft.memory.Domain;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.work.ReceiveArray;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * A place in the local memory that the SGEs of one work request name, or in its inline data; packets are filled from
 * there or emptied into it, with one copy, or none, for each SGE that they touch.
 *
 * <p>Keys and ranges are checked with every piece.
 */
final class SgeCursor {
    private final Domain domain;
    private ReceiveArray array;
    private int wr;
    private int sge;
    private long used;
    private long position;
    private @Nullable MemorySegment inline;
    private long inlineOffset;

    SgeCursor(Domain domain, ReceiveArray array) {
        this.domain = domain;
        this.array = array;
    }

    /** To the first byte of a work request. */
    void open(ReceiveArray in, int slot) {
        array = in;
        wr = slot;
        inline = null;
        rewind();
    }

    /** To the first byte of inline data. */
    void openInline(MemorySegment data, long offset) {
        inline = data;
        inlineOffset = offset;
        rewind();
    }

    private void rewind() {
        sge = 0;
        used = 0;
        position = 0;
    }

    /** To the byte {@code target}, which is not behind the end. */
    void seek(long target) {
        if (target == position) {
            return;
        }
        rewind();
        position = target;
        if (inline == null) {
            used = target;
            while (sge < array.numSge[wr] && used >= array.length(wr, sge)) {
                used -= array.length(wr, sge++);
            }
        }
    }

    /**
     * Puts the next {@code length} bytes into the reserved packet: copies them, or lets it borrow those of the first SGE;
     * false if a key or range is wrong.
     */
    boolean gather(Transmitter tx, long at, int length) {
        MemorySegment data = inline;
        if (data != null) {
            MemorySegment.copy(data, inlineOffset + position, tx.memory(), at, length);
            position += length;
            return true;
        }
        int lent = lend(tx, at, length);
        return move(tx.memory(), at + lent, length - lent, false);
    }

    /** How many of the next bytes the packet borrows. */
    private int lend(Transmitter tx, long at, int length) {
        if (sge >= array.numSge[wr]) {
            return 0;
        }
        int part = (int) Math.min(length, array.length(wr, sge) - used);
        if (part < Link.LEAST_BORROWED) {
            return 0;
        }
        long address = array.address(wr, sge) + used;
        Region region = domain.keys.region(array.key(wr, sge));
        if (region == null
                || !region.permits(domain, address, part, 0)
                || !region.isLendable()
                || !tx.borrow(at, part, region.memory, address - region.base)) {
            return 0;
        }
        advance(part);
        return part;
    }

    private void advance(long part) {
        used += part;
        position += part;
        if (used == array.length(wr, sge)) {
            sge++;
            used = 0;
        }
    }

    /** Copies {@code length} bytes of a packet to what comes next; false if a key or range is wrong. */
    boolean scatter(MemorySegment from, long at, int length) {
        return move(from, at, length, true);
    }

    private boolean move(MemorySegment packet, long at, int length, boolean scatter) {
        int access = scatter ? IbvMr.IBV_ACCESS_LOCAL_WRITE : 0;
        long from = at;
        long left = length;
        while (left > 0) {
            if (sge >= array.numSge[wr]) {
                return false;
            }
            long part = Math.min(left, array.length(wr, sge) - used);
            if (part > 0) {
                long address = array.address(wr, sge) + used;
                Region region = domain.keys.region(array.key(wr, sge));
                if (region == null || !region.permits(domain, address, part, access)) {
                    return false;
                }
                boolean copied =
                        scatter ? region.write(address, packet, from, part) : region.read(address, packet, from, part);
                if (!copied) {
                    return false;
                }
                from += part;
                left -= part;
            }
            advance(part);
        }
        return true;
    }

    /** Whether all SGEs of a work request name memory that may be read, or written. */
    static boolean permitted(Domain domain, ReceiveArray array, int wr, boolean write) {
        int access = write ? IbvMr.IBV_ACCESS_LOCAL_WRITE : 0;
        for (int i = 0; i < array.numSge[wr]; i++) {
            long length = array.length(wr, i);
            if (length != 0) {
                Region region = domain.keys.region(array.key(wr, i));
                if (region == null || !region.permits(domain, array.address(wr, i), length, access)) {
                    return false;
                }
            }
        }
        return true;
    }
}
