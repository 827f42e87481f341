package io.rtrs.core.connection;

/**
 * The 64-bit id of a work request: what it was for, which slot of a table, and the mark of {@link SendCredits}.
 *
 * <p>Completions are told apart by this id alone: where a completion failed its opcode is undefined. Layout, from the
 * top: kind 8 bits, mark 36 bits, slot 20 bits. Slots are permits, chunks and receives, at most twice the 65,536 of a
 * queue depth and some. A mark counts chains: it begins again after as many as a fast connection posts in 19 hours.
 */
public final class WorkId {
    /** A receive of the ring; slot: index in the ring. */
    public static final int RECEIVE = 1;
    /** The receive of the INFO message. */
    public static final int INFO_RECEIVE = 2;
    /** The send of the INFO message. */
    public static final int INFO_SEND = 3;
    /** A client's request whose completion nobody waits for but its credits; slot: permit id. */
    public static final int REQUEST = 4;
    /** A client's bind of a read window; slot: permit id. */
    public static final int BIND = 5;
    /** A client's local invalidate of a read window; slot: permit id. */
    public static final int INVALIDATE = 6;
    /** A server's revocation of a chunk's key; slot: buffer id. */
    public static final int REVOKE = 7;
    /** A part of a server's answer before the last; slot: buffer id. */
    public static final int ANSWER_PART = 8;
    /** A server's answer: the element with the immediate; slot: buffer id. */
    public static final int ANSWER = 9;
    /** A heartbeat or its acknowledgement. */
    public static final int HEARTBEAT = 10;
    /** The last send of a queue pair that is being drained. */
    public static final int DRAIN = 11;
    /** A client's write whose completion is waited for, and says nothing of credits; slot: permit id. */
    public static final int WRITE = 12;
    /** A client's write whose completion is waited for, and returns credits; slot: permit id. */
    public static final int COUNTED_WRITE = 13;

    private static final int KIND_SHIFT = 56;
    private static final int MARK_SHIFT = 20;
    private static final long MARK_MASK = (1L << (KIND_SHIFT - MARK_SHIFT)) - 1;
    private static final int SLOT_MASK = (1 << MARK_SHIFT) - 1;

    private WorkId() {}

    /** Packs an id; only the low 36 bits of the mark count, and the low 20 of the slot. */
    static long of(int kind, long mark, int slot) {
        return ((long) kind << KIND_SHIFT) | (mark & MARK_MASK) << MARK_SHIFT | (slot & SLOT_MASK);
    }

    /** Packs an id without mark. */
    public static long of(int kind, int slot) {
        return of(kind, 0L, slot);
    }

    /** What the work request was for. */
    public static int kind(long workId) {
        return (int) (workId >>> KIND_SHIFT);
    }

    /** The low 36 bits of the mark. */
    static long mark(long workId) {
        return workId >>> MARK_SHIFT & MARK_MASK;
    }

    /** How far it is from one mark up to another, of which only the low 36 bits are known; huge if it is behind. */
    static long marksBetween(long from, long to) {
        return to - from & MARK_MASK;
    }

    /** The slot. */
    public static int slot(long workId) {
        return (int) workId & SLOT_MASK;
    }
}
