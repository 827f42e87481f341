package io.rtrs.soft.roce.link;

import io.rtrs.soft.record.PcapFile;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Layouts;
import io.rtrs.soft.roce.wire.RoceAddress;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;

/**
 * RoCEv2 packets in a capture file, with UDP headers that fit.
 *
 * <p>Threading, ownership, errors and allocation are those of {@link PcapFile}, which it closes.
 */
public final class PcapWriter implements AutoCloseable {
    private static final int UDP_HEADER = 8;
    private static final int UDP = 17;

    private final PcapFile file;
    private final MemorySegment header = MemorySegment.ofArray(new byte[UDP_HEADER]);

    /** Writes a file with whole packets. */
    public PcapWriter(OutputStream out) {
        this(new PcapFile(out, PcapFile.SNAP_LENGTH));
    }

    /** Adds to a file. */
    public PcapWriter(PcapFile file) {
        this.file = file;
    }

    /**
     * Adds a packet.
     *
     * @param length bytes, BTH to ICRC; longer than a datagram can be is refused
     * @param identification of the IPv4 header
     * @param epochNs when, since 1970
     */
    public void packet(
            MemorySegment memory,
            long offset,
            int length,
            Gid source,
            RoceAddress destination,
            int sourcePort,
            int identification,
            long epochNs) {
        if (file.failure() != null) {
            return;
        }
        file.begin(source, destination.gid(), UDP, UDP_HEADER + length, identification, epochNs);
        Layouts.put16(header, 0, sourcePort);
        Layouts.put16(header, 2, destination.port());
        Layouts.put16(header, 4, UDP_HEADER + length);
        file.add(header, 0, UDP_HEADER); // no checksum
        file.add(memory, offset, length);
        file.end();
    }

    /** Hands what is written to the stream's other end. */
    public void flush() {
        file.flush();
    }

    /** What ended the writing, or null. */
    public @Nullable IOException failure() {
        return file.failure();
    }

    @Override
    public void close() {
        file.close();
    }
}
