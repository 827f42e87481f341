package io.rtrs.soft.roce.cm.message;

import static io.rtrs.soft.roce.wire.Layouts.BE32;
import static io.rtrs.soft.roce.wire.Layouts.BE64;
import static io.rtrs.soft.roce.wire.Layouts.put16;
import static io.rtrs.soft.roce.wire.Layouts.u16;
import static io.rtrs.soft.roce.wire.Layouts.u8;

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
    private static final int MODIFIER = 20;

    /** What stands in the reserved field if the sender hears at the UDP port that it sends from: "OP", own port. */
    private static final int OWN_PORT = 0x4F50;

    /** The same if it hears at the port of RoCEv2 and tells about itself: "OS", own software. */
    private static final int OWN_SOFTWARE = 0x4F53;

    /** The bit of the modifier, which connection management leaves 0, that says that its low 24 bits are a buffer's KiB. */
    private static final int TELLS_BUFFER = 1 << 24;

    /** The bit of the modifier that says that the sender takes packets without ICRC from the receiver, and may send such. */
    private static final int TELLS_UNSEALED = 1 << 25;

    private static final int KIB_MASK = TELLS_BUFFER - 1;

    private Mad() {}

    /** Writes all 24 bytes of the header. */
    public static void put(MemorySegment segment, long offset, int attribute, long transaction) {
        segment.set(BE32, offset, BASE_VERSION << 24 | CM_CLASS << 16 | CLASS_VERSION << 8 | SEND);
        segment.set(BE32, offset + 4, 0);
        segment.set(BE64, offset + TRANSACTION, transaction);
        segment.set(BE32, offset + ATTRIBUTE, attribute << 16);
        segment.set(BE32, offset + MODIFIER, 0);
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

    /**
     * Says how large the receive buffer of the sender's socket is, which all its queue pairs share
     * (docs/decisions/0005-what-peers-tell.md). Those that the specification reserves are the fields: other nodes do not
     * look at them.
     *
     * @param bytes at least 1 KiB
     */
    public static void tellReceiveBuffer(MemorySegment segment, long offset, int bytes) {
        tell(segment, offset, TELLS_BUFFER | Math.min(bytes >> 10, KIB_MASK));
    }

    /**
     * Says that packets of the receiver's queue pairs, and to them, need no ICRC, because they do not leave the machine
     * (docs/decisions/0008-no-icrc-at-home.md). Management has one all the same.
     */
    public static void tellUnsealed(MemorySegment segment, long offset) {
        tell(segment, offset, TELLS_UNSEALED);
    }

    private static void tell(MemorySegment segment, long offset, int features) {
        if (!hasOwnPort(segment, offset)) {
            put16(segment, offset + RESERVED, OWN_SOFTWARE);
        }
        segment.set(BE32, offset + MODIFIER, features(segment, offset) | features);
    }

    /** What the sender tells about itself; {@link Told#NOTHING} if it is another software, or an older one. */
    public static Told told(MemorySegment segment, long offset) {
        int features = features(segment, offset);
        boolean buffer = (features & TELLS_BUFFER) != 0;
        long bytes = buffer ? (long) (features & KIB_MASK) << 10 : 0;
        return new Told((int) Math.min(bytes, Integer.MAX_VALUE), (features & TELLS_UNSEALED) != 0);
    }

    private static int features(MemorySegment segment, long offset) {
        int mark = u16(segment, offset + RESERVED);
        return mark == OWN_PORT || mark == OWN_SOFTWARE ? segment.get(BE32, offset + MODIFIER) : 0;
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
