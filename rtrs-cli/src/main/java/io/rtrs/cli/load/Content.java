package io.rtrs.cli.load;

import java.lang.foreign.MemorySegment;

/**
 * What the blocks hold, told by their place and version.
 *
 * <p><b>Threading:</b> any thread; several at once. <b>Allocation:</b> none.
 */
public interface Content {

    /** Writes a block's bytes at the start of {@code to}. */
    void fill(MemorySegment to, long offset, int length, int version);

    /** The first byte at which {@code found} is not what {@link #fill} writes, or −1. */
    long mismatch(MemorySegment found, long offset, int length, int version);
}
