package io.rtrs.soft.iwarp.wire;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/** Reads each field of an FPDU and writes it anew, over a buffer full of {@code 0xa5}; pads are copied. */
final class Reencoding {
    private final MemorySegment from;
    private final byte[] bytes;
    private final MemorySegment to;
    private final int control;
    private final RdmapOpcode opcode;

    private Reencoding(byte[] fpdu) {
        from = MemorySegment.ofArray(fpdu);
        bytes = new byte[fpdu.length];
        Arrays.fill(bytes, (byte) 0xa5);
        to = MemorySegment.ofArray(bytes);
        control = Ddp.control(from, Fpdu.LENGTH);
        opcode = Objects.requireNonNull(RdmapOpcode.of(control));
    }

    /** The FPDU as we would have sent it; empty if it is too short for its opcode, or has none. */
    static byte[] of(byte[] fpdu, boolean crc) {
        int ulpdu = Fpdu.ulpdu(MemorySegment.ofArray(fpdu), 0);
        if (ulpdu < Ddp.CONTROL) {
            return new byte[0];
        }
        RdmapOpcode opcode = RdmapOpcode.of(Ddp.control(MemorySegment.ofArray(fpdu), Fpdu.LENGTH));
        if (opcode == null || ulpdu < opcode.least()) {
            return new byte[0];
        }
        return new Reencoding(fpdu).all(ulpdu, crc);
    }

    private byte[] all(int ulpdu, boolean crc) {
        Fpdu.putUlpdu(to, 0, ulpdu);
        int header = headers(Fpdu.LENGTH, Ddp.isLast(control));
        MemorySegment.copy(from, Fpdu.LENGTH + header, to, Fpdu.LENGTH + header, ulpdu - header);
        Fpdu.putTrailer(to, Fpdu.LENGTH + ulpdu, ulpdu);
        // The kernel's pad is whatever lay there.
        MemorySegment.copy(from, Fpdu.LENGTH + ulpdu, to, Fpdu.LENGTH + ulpdu, Fpdu.pad(ulpdu));
        if (crc) {
            new FpduCrc(to).seal(0);
        }
        return bytes;
    }

    private int headers(long at, boolean last) {
        if (opcode.isTagged()) {
            TaggedHeader.put(to, at, opcode, last, TaggedHeader.stag(from, at), TaggedHeader.targetOffset(from, at));
            return TaggedHeader.SIZE;
        }
        UntaggedHeader.put(
                to,
                at,
                opcode,
                last,
                opcode.invalidates() ? UntaggedHeader.invalidate(from, at) : 0,
                UntaggedHeader.msn(from, at),
                (int) UntaggedHeader.messageOffset(from, at));
        return switch (opcode) {
            case READ_REQUEST -> readRequest(at + ReadRequest.AT);
            case ATOMIC_REQUEST -> atomicRequest(at);
            case ATOMIC_RESPONSE -> {
                AtomicResponse.put(to, at, AtomicResponse.identifier(from, at), AtomicResponse.original(from, at));
                yield AtomicResponse.END;
            }
            case IMMEDIATE, IMMEDIATE_SOLICITED -> {
                long data = at + ImmediateData.AT;
                ImmediateData.put(to, data, ImmediateData.immediate(from, data));
                yield ImmediateData.END;
            }
            default -> UntaggedHeader.SIZE;
        };
    }

    private int readRequest(long at) {
        ReadRequest.put(
                to,
                at,
                ReadRequest.sinkStag(from, at),
                ReadRequest.sinkTo(from, at),
                (int) ReadRequest.length(from, at),
                ReadRequest.sourceStag(from, at),
                ReadRequest.sourceTo(from, at));
        return ReadRequest.END;
    }

    private int atomicRequest(long at) {
        AtomicRequest.put(
                to,
                at,
                AtomicRequest.operation(from, at),
                AtomicRequest.identifier(from, at),
                AtomicRequest.stag(from, at),
                AtomicRequest.targetOffset(from, at));
        AtomicRequest.put(
                to,
                at,
                AtomicRequest.data(from, at),
                AtomicRequest.dataMask(from, at),
                AtomicRequest.compare(from, at),
                AtomicRequest.compareMask(from, at));
        return AtomicRequest.END;
    }
}
