package io.rtrs.soft.iwarp.stream;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.queue.SgeCursor;

/** Registered memory that the socket may be read into (spec/iwarp.md 22.1). */
final class Targets {
    /** Fewer bytes are read into our buffer and copied: that costs less than another piece, and a call for the rest. */
    static final int LEAST = 8 << 10;

    private Targets() {}

    /** Adds a range, which the caller has checked, if the kernel may write to it; returns its length, or 0. */
    static long add(Pieces pieces, Region region, long address, long bytes) {
        if (bytes < LEAST || !region.isLendable()) {
            return 0;
        }
        pieces.add(region.memory, address - region.base, bytes);
        return bytes;
    }

    /** Adds what is next in one SGE. */
    static long add(Pieces pieces, SgeCursor cursor, long most) {
        long part = cursor.part(most);
        if (part < LEAST || !cursor.find(part, IbvMr.IBV_ACCESS_LOCAL_WRITE)) {
            return 0;
        }
        return add(pieces, cursor.region(), cursor.address(), part);
    }
}
