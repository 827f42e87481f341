package io.rtrs.interop.rnbd;

import io.rtrs.core.Status;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * A block device in memory, with counters of what was done to it.
 *
 * <p><b>Threading:</b> any thread; overlapping operations at the same time may mix, as on a disk. <b>Ownership:</b> the
 * memory lives until {@link #close}.
 */
public final class MemoryDevice implements AutoCloseable {
    private static final int WRITERS_WITH_MIGRATION = 2;

    private final String name;
    private final int logicalBlockSize;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final LongAdder reads = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private final LongAdder forcedWrites = new LongAdder();
    private final LongAdder flushes = new LongAdder();
    private final LongAdder discards = new LongAdder();
    private int writers;

    /**
     * Makes a device full of zeros.
     *
     * @param bytes its capacity, a multiple of the logical block size
     * @param logicalBlockSize a power of two from 512 to 4096
     */
    public MemoryDevice(String name, long bytes, int logicalBlockSize) {
        this(name, bytes, logicalBlockSize, arena -> arena.allocate(bytes, 4096));
    }

    private MemoryDevice(String name, long bytes, int logicalBlockSize, Function<Arena, MemorySegment> allocate) {
        if (Integer.bitCount(logicalBlockSize) != 1
                || logicalBlockSize < RnbdMessage.SECTOR_SIZE
                || logicalBlockSize > 4096) {
            throw new IllegalArgumentException("logical block size " + logicalBlockSize);
        }
        if (bytes <= 0 || bytes % logicalBlockSize != 0) {
            throw new IllegalArgumentException("capacity " + bytes + " is not a multiple of " + logicalBlockSize);
        }
        this.name = name;
        this.logicalBlockSize = logicalBlockSize;
        this.memory = allocate.apply(arena);
    }

    /** Makes a device whose content is a file's, which is made if need be, and outlives the process. */
    public static MemoryDevice inFile(String name, Path file, long bytes, int logicalBlockSize) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            return new MemoryDevice(name, bytes, logicalBlockSize, arena -> {
                try {
                    return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    public String name() {
        return name;
    }

    public long sectors() {
        return memory.byteSize() / RnbdMessage.SECTOR_SIZE;
    }

    public int logicalBlockSize() {
        return logicalBlockSize;
    }

    /** The content. */
    public MemorySegment memory() {
        return memory;
    }

    public long reads() {
        return reads.sum();
    }

    public long writes() {
        return writes.sum();
    }

    /** Those of the writes that were to be on stable storage before their answer (FUA). */
    public long forcedWrites() {
        return forcedWrites.sum();
    }

    public long flushes() {
        return flushes.sum();
    }

    public long discards() {
        return discards.sum();
    }

    /** Mappings that may write. */
    public synchronized int writers() {
        return writers;
    }

    /**
     * Counts a mapping if its mode is possible beside those that exist (spec/rnbd.md 3.5).
     *
     * @return whether it is
     */
    synchronized boolean acquire(AccessMode mode) {
        boolean possible = switch (mode) {
            case READ_ONLY -> true;
            case READ_WRITE -> writers == 0;
            case MIGRATION -> writers < WRITERS_WITH_MIGRATION;
        };
        if (possible) {
            writers += mode == AccessMode.READ_ONLY ? 0 : 1;
        }
        return possible;
    }

    synchronized void release(AccessMode mode) {
        writers -= mode == AccessMode.READ_ONLY ? 0 : 1;
    }

    /**
     * Executes an operation that {@link #check} found possible.
     *
     * @param data what a write stores, or where a read goes: at least the operation's length
     */
    void execute(IoReq io, MemorySegment data) {
        long at = io.sector() * RnbdMessage.SECTOR_SIZE;
        long length = io.unsignedLength();
        switch (io.operation()) {
            case IoReq.READ -> {
                MemorySegment.copy(memory, at, data, 0, length);
                reads.increment();
            }
            case IoReq.WRITE -> {
                MemorySegment.copy(data, 0, memory, at, length);
                writes.increment();
                if ((io.rw() & IoReq.FUA) != 0) {
                    forcedWrites.increment();
                }
            }
            case IoReq.DISCARD -> {
                memory.asSlice(at, length).fill((byte) 0);
                discards.increment();
            }
            case IoReq.FLUSH -> flushes.increment();
            default -> throw new IllegalArgumentException("operation " + io.operation());
        }
    }

    /**
     * Whether the extent of an operation is on the device and on block boundaries.
     *
     * @return OK; INVALID for a wrong alignment or length, IO_ERROR for an extent that is not on the device
     */
    Status check(IoReq io) {
        long length = io.unsignedLength();
        if (length == 0 || length % logicalBlockSize != 0) {
            return Status.INVALID;
        }
        if (Long.compareUnsigned(io.sector(), sectors()) >= 0
                || length > memory.byteSize() - io.sector() * RnbdMessage.SECTOR_SIZE) {
            return Status.IO_ERROR;
        }
        return io.sector() * RnbdMessage.SECTOR_SIZE % logicalBlockSize == 0 ? Status.OK : Status.INVALID;
    }

    /** Frees the memory; no operation may be under way. */
    @Override
    public void close() {
        arena.close();
    }
}
