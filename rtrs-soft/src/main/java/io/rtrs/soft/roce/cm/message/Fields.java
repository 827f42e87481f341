package io.rtrs.soft.roce.cm.message;

import io.rtrs.soft.roce.wire.Layouts;

import java.lang.foreign.MemorySegment;

/** Fields of CM messages that are no whole word. */
final class Fields {
    private static final int LOW24 = 0xFF_FFFF;

    private Fields() {}

    /** Clears a message and writes what all but a REQ begin with. */
    static void begin(MemorySegment segment, long offset, int localId, int remoteId) {
        segment.asSlice(offset, Mad.MESSAGE_SIZE).fill((byte) 0);
        segment.set(Layouts.BE32, offset, localId);
        segment.set(Layouts.BE32, offset + 4, remoteId);
    }

    /** The first id of a message: the sender's. */
    static int localId(MemorySegment segment, long offset) {
        return segment.get(Layouts.BE32, offset);
    }

    /** The second id of a message other than REQ: the receiver's, as the sender knows it. */
    static int remoteId(MemorySegment segment, long offset) {
        return segment.get(Layouts.BE32, offset + 4);
    }

    static int u24(MemorySegment segment, long offset) {
        return segment.get(Layouts.BE32, offset) >>> 8;
    }

    /** Writes 24 bits and the 8 behind them. */
    static void put24and8(MemorySegment segment, long offset, int high, int low) {
        segment.set(Layouts.BE32, offset, (high << 8) | (low & 0xFF));
    }

    /** Some bits of a byte: {@code width} of them, the lowest at {@code shift}. */
    static int bits(MemorySegment segment, long offset, int shift, int width) {
        return Layouts.u8(segment, offset) >> shift & ((1 << width) - 1);
    }

    static boolean bit(MemorySegment segment, long offset, int shift) {
        return bits(segment, offset, shift, 1) != 0;
    }

    static int bit(boolean value, int shift) {
        return value ? 1 << shift : 0;
    }

    /** A number that must fit its field. */
    static int fits(String name, int value, int width) {
        if (value >>> width != 0) {
            throw new IllegalArgumentException(name + " " + value + " does not fit " + width + " bits");
        }
        return value;
    }

    static int fits24(String name, int value) {
        if ((value & ~LOW24) != 0) {
            throw new IllegalArgumentException(name + " " + value + " does not fit 24 bits");
        }
        return value;
    }
}
