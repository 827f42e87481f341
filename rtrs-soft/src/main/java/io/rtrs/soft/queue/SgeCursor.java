package io.rtrs.soft.queue;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.soft.memory.Domain;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.work.ReceiveArray;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * A place in the local memory that the SGEs of one work request name, or in its inline data; messages are filled from
 * there or emptied into it, with one copy for each SGE that they touch. Who does not want to copy asks for the pieces one
 * by one.
 *
 * <p>Keys and ranges are checked with every piece.
 */
public class SgeCursor {
    private final Domain domain;
    private ReceiveArray array;
    private int wr;
    private int sge;
    private long used;
    private long position;
    private @Nullable MemorySegment inline;
    private long inlineOffset;

    // What piece() found.
    private @Nullable Region region;
    private long address;

    /** To be opened; the array is any. */
    public SgeCursor(Domain domain, ReceiveArray array) {
        this.domain = domain;
        this.array = array;
    }

    /** To the first byte of a work request. */
    public final void open(ReceiveArray in, int slot) {
        array = in;
        wr = slot;
        inline = null;
        rewind();
    }

    /** To the first byte of inline data. */
    public final void openInline(MemorySegment data, long offset) {
        inline = data;
        inlineOffset = offset;
        rewind();
    }

    private void rewind() {
        sge = 0;
        used = 0;
        position = 0;
    }

    /** Whether it is in inline data, which has no pieces. */
    public final boolean isInline() {
        return inline != null;
    }

    /** To the byte {@code target}, which is not behind the end. */
    public final void seek(long target) {
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

    /** To the byte {@code length} further on, in the SGE that the cursor is in or at the end of it. */
    public final void advance(long length) {
        used += length;
        position += length;
        if (used == array.length(wr, sge)) {
            sge++;
            used = 0;
        }
    }

    /** How many of the next {@code most} bytes are in the SGE that the cursor is in; −1 if it is behind the last. */
    public final long part(long most) {
        return sge >= array.numSge[wr] ? -1 : Math.min(most, array.length(wr, sge) - used);
    }

    /**
     * Looks up the next {@code part} bytes, which are of one SGE; then {@link #region} and {@link #address} tell.
     *
     * @param access {@code IbvMr.IBV_ACCESS_*} that it needs beside reading
     * @return false if the key or range is wrong
     */
    public final boolean find(long part, int access) {
        long at = array.address(wr, sge) + used;
        Region found = domain.keys.region(array.key(wr, sge));
        if (found == null || !found.permits(domain, at, part, access)) {
            region = null;
            return false;
        }
        region = found;
        address = at;
        return true;
    }

    /** Whether the next {@code length} bytes are there, in memory that allows this; the cursor stays where it is. */
    public final boolean permits(long length, int access) {
        int at = sge;
        long from = used;
        long left = length;
        while (left > 0) {
            if (at >= array.numSge[wr]) {
                return false;
            }
            long part = Math.min(left, array.length(wr, at) - from);
            if (part > 0) {
                Region found = domain.keys.region(array.key(wr, at));
                if (found == null || !found.permits(domain, array.address(wr, at) + from, part, access)) {
                    return false;
                }
            }
            left -= part;
            from = 0;
            at++;
        }
        return true;
    }

    /** What {@link #find} found. */
    public final Region region() {
        Region found = region;
        if (found == null) {
            throw new IllegalStateException("nothing was found");
        }
        return found;
    }

    /** Where in it. */
    public final long address() {
        return address;
    }

    /** Copies the next {@code length} bytes; false if a key or range is wrong. */
    public final boolean gather(MemorySegment to, long at, long length) {
        MemorySegment data = inline;
        if (data != null) {
            MemorySegment.copy(data, inlineOffset + position, to, at, length);
            position += length;
            return true;
        }
        return move(to, at, length, false);
    }

    /** Copies {@code length} bytes to what comes next; false if a key or range is wrong. */
    public final boolean scatter(MemorySegment from, long at, long length) {
        return move(from, at, length, true);
    }

    private boolean move(MemorySegment message, long at, long length, boolean scatter) {
        int access = scatter ? IbvMr.IBV_ACCESS_LOCAL_WRITE : 0;
        long from = at;
        long left = length;
        while (left > 0) {
            if (sge >= array.numSge[wr]) {
                return false;
            }
            long part = Math.min(left, array.length(wr, sge) - used);
            if (part > 0) {
                long local = array.address(wr, sge) + used;
                Region found = domain.keys.region(array.key(wr, sge));
                if (found == null || !found.permits(domain, local, part, access)) {
                    return false;
                }
                boolean copied =
                        scatter ? found.write(local, message, from, part) : found.read(local, message, from, part);
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
    public static boolean permitted(Domain domain, ReceiveArray array, int wr, boolean write) {
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
