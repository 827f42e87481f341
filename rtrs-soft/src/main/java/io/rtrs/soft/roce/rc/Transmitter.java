package io.rtrs.soft.roce.rc;

import java.lang.foreign.MemorySegment;

/**
 * Where a queue pair writes its packets: a link with the queue pair's peer chosen.
 *
 * <p><b>Threading:</b> the drive owner. <b>Allocation:</b> none.
 */
public interface Transmitter {
    /** {@link #reserve}: no room now; the queue pair's turn is over. */
    long NO_ROOM = -1;

    /** Packets are written here. */
    MemorySegment memory();

    /**
     * Room for a packet. A reservation that is not committed is given up by the next one.
     *
     * @param length bytes, BTH to ICRC included
     * @return its offset in {@link #memory()}, or {@link #NO_ROOM}
     */
    long reserve(int length);

    /** Whether a packet of this length would leave with what is written already, at no cost of its own. */
    default boolean hasCompany(int length) {
        return false;
    }

    /**
     * Lets bytes of the reserved packet be taken from where they are when it leaves, so that nobody copies them. That is
     * before the turn is over, or else they are copied then, or by {@link #giveBack}; a commit must follow.
     *
     * @param at where they belong in {@link #memory()}
     * @param from native memory, of no file; its arena may be closed, which loses the packet
     * @return whether they will be; if not, the caller copies them
     */
    default boolean borrow(long at, int length, MemorySegment from, long offset) {
        return false;
    }

    /**
     * Copies now what committed packets still borrow: when this returns, the memory may be changed or freed. A reservation
     * that is open is given up.
     */
    default void giveBack() {
        // One that borrows nothing.
    }

    /** The reserved packet is written up to its ICRC, which the transmitter puts there. */
    void commit();
}
