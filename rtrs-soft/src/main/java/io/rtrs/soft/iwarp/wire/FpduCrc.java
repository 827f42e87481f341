package io.rtrs.soft.iwarp.wire;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Seals and checks FPDUs that lie whole in one buffer (spec/iwarp.md 5.4).
 *
 * <p><b>Threading:</b> one at a time. <b>Allocation:</b> none but for itself.
 */
public final class FpduCrc {
    private final CRC32C crc = new CRC32C();
    private final MemorySegment buffer;
    private final ByteBuffer view;

    /** Of the FPDUs in this buffer, which is shorter than 2 GiB. */
    public FpduCrc(MemorySegment buffer) {
        this.buffer = buffer;
        this.view = buffer.asByteBuffer();
    }

    /** The CRC of bytes of the buffer. */
    public int of(int offset, int length) {
        crc.reset();
        view.limit(offset + length).position(offset);
        crc.update(view);
        return (int) crc.getValue();
    }

    /** Writes the CRC of the FPDU at {@code offset}, whose pad is there. */
    public void seal(int offset) {
        int covered = covered(offset);
        buffer.set(Layouts.CRC, offset + covered, of(offset, covered));
    }

    /** Whether the FPDU at {@code offset} is as it was sent. */
    public boolean isIntact(int offset) {
        int covered = covered(offset);
        return buffer.get(Layouts.CRC, offset + covered) == of(offset, covered);
    }

    private int covered(int offset) {
        return Fpdu.size(Fpdu.ulpdu(buffer, offset)) - Fpdu.CRC;
    }
}
