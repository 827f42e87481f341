package io.rtrs.soft.roce.rc;

import io.rtrs.soft.memory.Domain;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.queue.SgeCursor;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.work.ReceiveArray;

/** Fills packets, which may borrow the first of their bytes instead of having them copied. */
final class PacketCursor extends SgeCursor {
    PacketCursor(Domain domain, ReceiveArray array) {
        super(domain, array);
    }

    /**
     * Puts the next {@code length} bytes into the reserved packet: copies them, or lets it borrow those of the first SGE;
     * false if a key or range is wrong.
     */
    boolean gather(Transmitter tx, long at, int length) {
        int lent = isInline() ? 0 : lend(tx, at, length);
        return gather(tx.memory(), at + lent, length - lent);
    }

    /** How many of the next bytes the packet borrows. */
    private int lend(Transmitter tx, long at, int length) {
        int part = (int) part(length);
        if (part < Link.LEAST_BORROWED || !find(part, 0)) {
            return 0;
        }
        Region region = region();
        if (!region.isLendable() || !tx.borrow(at, part, region.memory, address() - region.base)) {
            return 0;
        }
        advance(part);
        return part;
    }
}
