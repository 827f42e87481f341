package io.rtrs.soft.roce.cm.message;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * A message of connection management. Any 232 bytes decode; what a field cannot express is refused when a record is made.
 *
 * <p><b>Ownership</b>: immutable, independent of the memory it came from.
 */
public sealed interface CmMessage permits Req, Mra, Rej, Rep, Rtu, Dreq, Drep {
    /** The attribute id that names it in the MAD header. */
    int attribute();

    /** The sender's communication id; 0 in a REJ whose sender has none. */
    int localId();

    /** Writes all 232 bytes, whatever they were. */
    void encode(MemorySegment segment, long offset);

    /** Writes a whole datagram, 256 bytes. */
    default void encodeMad(MemorySegment segment, long offset, long transaction) {
        Mad.put(segment, offset, attribute(), transaction);
        encode(segment, offset + Mad.HEADER_SIZE);
    }

    /** The message of a datagram that {@linkplain Mad#isCm is} one of connection management; null if it is none of these. */
    static @Nullable CmMessage decodeMad(MemorySegment segment, long offset) {
        long message = offset + Mad.HEADER_SIZE;
        return switch (Mad.attribute(segment, offset)) {
            case Req.ATTRIBUTE -> Req.decode(segment, message);
            case Mra.ATTRIBUTE -> Mra.decode(segment, message);
            case Rej.ATTRIBUTE -> Rej.decode(segment, message);
            case Rep.ATTRIBUTE -> Rep.decode(segment, message);
            case Rtu.ATTRIBUTE -> Rtu.decode(segment, message);
            case Dreq.ATTRIBUTE -> Dreq.decode(segment, message);
            case Drep.ATTRIBUTE -> Drep.decode(segment, message);
            default -> null;
        };
    }
}
