package io.rtrs.soft.iwarp.stream;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Pieces of memory for one call that reads or writes the socket, in order. Who makes the call hands the segments to it, so
 * that no arena of theirs is closed meanwhile.
 *
 * <p><b>Threading:</b> one at a time. <b>Allocation:</b> none but for itself.
 */
public final class Pieces {
    private final MemorySegment[] memory;
    private final long[] offset;
    private final long[] length;
    private int count;
    private long bytes;

    /** Room for so many, at least two. */
    public Pieces(int capacity) {
        int room = Math.max(2, capacity);
        memory = new MemorySegment[room];
        offset = new long[room];
        length = new long[room];
        Arrays.fill(memory, MemorySegment.NULL);
    }

    /** Pieces that there is room for. */
    public int capacity() {
        return memory.length;
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** Bytes of all. */
    public long bytes() {
        return bytes;
    }

    /** The memory that a piece is in. */
    public MemorySegment memory(int index) {
        return memory[index];
    }

    /** Where in its memory a piece begins. */
    public long offset(int index) {
        return offset[index];
    }

    /** Bytes of a piece: at least one. */
    public long length(int index) {
        return length[index];
    }

    /** Takes all out. */
    public void clear() {
        Arrays.fill(memory, 0, count, MemorySegment.NULL);
        count = 0;
        bytes = 0;
    }

    boolean isFull() {
        return count == memory.length;
    }

    /** Puts one behind the others, unless it {@linkplain #capacity is full}. */
    public void add(MemorySegment in, long from, long size) {
        memory[count] = in;
        offset[count] = from;
        length[count] = size;
        count++;
        bytes += size;
    }
}
