package io.rtrs.soft.iwarp.wire;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * What a peer's Terminate says. The kernel's siw sends the halves of the first byte swapped and the flags mirrored
 * (spec/iwarp.md 9.2): this reads both orders. It is for the log, and for the status of a read; every Terminate ends the
 * connection alike.
 *
 * @param layer 0 RDMAP, 1 DDP, 2 MPA
 * @param type the error type
 * @param code the error code
 * @param swapped whether it was read in siw's order
 * @param error the same by name; null if the specification has none with these numbers
 */
public record ReceivedTerminate(
        int layer,
        int type,
        int code,
        boolean swapped,
        @Nullable TerminateError error) {
    private static final int RFC_FLAGS = 0xE0;
    private static final int SIW_FLAGS = 0x07;
    private static final String[] LAYERS = {"RDMAP", "DDP", "MPA"};

    /**
     * Reads one.
     *
     * @param offset of a ULPDU of at least {@link TerminateMessage#LEAST} bytes
     * @param siw whether the startup has shown that the peer is siw
     */
    public static ReceivedTerminate read(MemorySegment segment, long offset, boolean siw) {
        int control = TerminateMessage.control(segment, offset);
        int code = TerminateMessage.code(segment, offset);
        int flags = TerminateMessage.flags(segment, offset);
        ReceivedTerminate rfc = of(control >>> 4, control & 0xF, code, false);
        ReceivedTerminate swapped = of(control & 0xF, control >>> 4, code, true);
        if ((flags & RFC_FLAGS) != 0) {
            return rfc;
        }
        if ((flags & SIW_FLAGS) != 0) {
            return swapped;
        }
        ReceivedTerminate first = siw ? swapped : rfc;
        ReceivedTerminate second = siw ? rfc : swapped;
        return first.error != null || second.error == null ? first : second;
    }

    private static ReceivedTerminate of(int layer, int type, int code, boolean swapped) {
        return new ReceivedTerminate(layer, type, code, swapped, TerminateError.of(layer, type, code));
    }

    /** {@code "DDP: no receive is posted (layer 1, type 2, code 2)"}. */
    public String describe() {
        String numbers = "layer " + layer + ", type " + type + ", code " + code;
        if (error == null) {
            return "a Terminate that the specification does not have (" + numbers + ")";
        }
        return LAYERS[layer] + ": " + error.meaning() + " (" + numbers + ")";
    }
}
