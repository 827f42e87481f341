package io.rtrs.core.connection;

/**
 * The 64-bit id of a work request: what it was for, which slot of a table, and the slot's generation.
 *
 * <p>Completions are told apart by this id alone: where a completion failed its opcode is undefined. Layout, from the
 * top: kind 8 bits, generation 24 bits, slot 32 bits.
 */
public final class WorkId {
    /** A receive of the ring; slot: index in the ring. */
    public static final int RECEIVE = 1;
    /** The receive of the INFO message. */
    public static final int INFO_RECEIVE = 2;
    /** The send of the INFO message. */
    public static final int INFO_SEND = 3;
    /** A client's request; slot: permit id. */
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

    private static final int KIND_SHIFT = 56;
    private static final int GENERATION_SHIFT = 32;
    private static final int GENERATION_MASK = 0xffffff;

    private WorkId() {}

    /** Packs an id; only the low 24 bits of the generation count. */
    public static long of(int kind, int generation, int slot) {
        return ((long) kind << KIND_SHIFT)
                | ((long) (generation & GENERATION_MASK) << GENERATION_SHIFT)
                | (slot & 0xffffffffL);
    }

    /** Packs an id without generation. */
    public static long of(int kind, int slot) {
        return of(kind, 0, slot);
    }

    /** What the work request was for. */
    public static int kind(long workId) {
        return (int) (workId >>> KIND_SHIFT);
    }

    /** The low 24 bits of the slot's generation. */
    public static int generation(long workId) {
        return (int) (workId >>> GENERATION_SHIFT) & GENERATION_MASK;
    }

    /** The slot. */
    public static int slot(long workId) {
        return (int) workId;
    }
}
