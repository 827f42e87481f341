package io.rtrs.bench.peers.stream;

import io.rtrs.bench.peers.work.Memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Cuts a stream into frames and copies their bodies straight to where they belong.
 *
 * <p><b>Threading:</b> one thread at a time. <b>Allocation:</b> none after construction.
 */
public final class FrameReader {
    private final int headerBytes;
    private final Frames frames;
    private final MemorySegment scratch;
    private final long partHeader;
    private int partHeaderBytes;
    private long bodyAt;
    private int bodyLeft;

    /** A reader that is before the first header. */
    public FrameReader(int headerBytes, Frames frames) {
        this.headerBytes = headerBytes;
        this.frames = frames;
        this.scratch = Arena.ofAuto().allocate(headerBytes, Long.BYTES);
        this.partHeader = scratch.address();
    }

    /** Takes the stream's next bytes. */
    public void feed(long address, int length) {
        long at = address;
        int left = length;
        while (left > 0) {
            int taken;
            if (bodyLeft > 0) {
                taken = body(at, left);
            } else if (partHeaderBytes == 0 && left >= headerBytes) {
                taken = headerBytes;
                begin(at);
            } else {
                taken = partOfHeader(at, left);
            }
            at += taken;
            left -= taken;
        }
    }

    private int body(long at, int available) {
        int taken = Math.min(bodyLeft, available);
        Memory.copy(at, bodyAt, taken);
        bodyAt += taken;
        bodyLeft -= taken;
        if (bodyLeft == 0) {
            frames.onEnd();
        }
        return taken;
    }

    private int partOfHeader(long at, int available) {
        int taken = Math.min(headerBytes - partHeaderBytes, available);
        Memory.copy(at, partHeader + partHeaderBytes, taken);
        partHeaderBytes += taken;
        if (partHeaderBytes == headerBytes) {
            partHeaderBytes = 0;
            begin(partHeader);
        }
        return taken;
    }

    private void begin(long header) {
        bodyLeft = frames.onHeader(header);
        if (bodyLeft == 0) {
            frames.onEnd();
        } else {
            bodyAt = frames.bodyTarget();
        }
    }
}
