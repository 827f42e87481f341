package io.rtrs.verbs.softroce.cm.message;

import static io.rtrs.verbs.softroce.wire.Layouts.BE32;
import static io.rtrs.verbs.softroce.wire.Layouts.BE64;
import static io.rtrs.verbs.softroce.wire.Layouts.put16;
import static io.rtrs.verbs.softroce.wire.Layouts.u16;
import static io.rtrs.verbs.softroce.wire.Layouts.u8;

import java.lang.foreign.MemorySegment;

/**
 * The management datagram around a CM message: its header of 24 bytes (spec/rocev2.md 10.2).
 *
 * <p><b>Allocation</b>: none.
 */
public final class Mad {
    /** Bytes of a datagram: header and message. */
    public static final int SIZE = 256;

    /** Bytes of the header; the message begins behind it. */
    public static final int HEADER_SIZE = 24;

    /** Bytes of every CM message. */
    public static final int MESSAGE_SIZE = SIZE - HEADER_SIZE;

    private static final int BASE_VERSION = 1;
    private static final int CM_CLASS = 7;
    private static final int CLASS_VERSION = 2;
    private static final int SEND = 3;

    private static final int TRANSACTION = 8;
    private static final int ATTRIBUTE = 16;
    private static final int RESERVED = 18;

    /** What stands in the reserved field if the sender hears at the UDP port that it sends from: "OP", own port. */
    private static final int OWN_PORT = 0x4F50;

    private Mad() {}

    /** Writes all 24 bytes of the header. */
    public static void put(MemorySegment segment, long offset, int attribute, long transaction) {
        segment.set(BE32, offset, BASE_VERSION << 24 | CM_CLASS << 16 | CLASS_VERSION << 8 | SEND);
        segment.set(BE32, offset + 4, 0);
        segment.set(BE64, offset + TRANSACTION, transaction);
        segment.set(BE32, offset + ATTRIBUTE, attribute << 16);
        segment.set(BE32, offset + 20, 0);
    }

    /** Whether the bytes are a datagram of connection management as this side speaks it. */
    public static boolean isCm(MemorySegment segment, long offset, int length) {
        return length == SIZE
                && u8(segment, offset) == BASE_VERSION
                && u8(segment, offset + 1) == CM_CLASS
                && u8(segment, offset + 2) == CLASS_VERSION
                && u8(segment, offset + 3) == SEND;
    }

    /**
     * Says that answers must go to the UDP port that the datagram comes from, and not to the one of RoCEv2
     * (docs/softroce.md). The field is reserved: other nodes do not look at it.
     */
    public static void tellOwnPort(MemorySegment segment, long offset) {
        put16(segment, offset + RESERVED, OWN_PORT);
    }

    /** Whether the sender {@linkplain #tellOwnPort said so}. */
    public static boolean hasOwnPort(MemorySegment segment, long offset) {
        return u16(segment, offset + RESERVED) == OWN_PORT;
    }

    /** Which message it carries. */
    public static int attribute(MemorySegment segment, long offset) {
        return u16(segment, offset + ATTRIBUTE);
    }

    /** The transaction, chosen by whoever opened it and echoed by the answers (spec/rocev2.md 10.3). */
    public static long transaction(MemorySegment segment, long offset) {
        return segment.get(BE64, offset + TRANSACTION);
    }
}
