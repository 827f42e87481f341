package io.rtrs.cli.block;

import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.server.RequestHandler;
import io.rtrs.server.ServerOperation;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.LongAdder;

/**
 * A request handler whose blocks live in memory.
 *
 * <p>Each field of a header is read once, so that a client that still has the key of a chunk cannot change it after it was
 * checked.
 *
 * <p><b>Threading:</b> called from all connections' loops at once; requests that touch the same bytes at the same time are
 * not ordered. <b>Errors:</b> INVALID for a header that makes no sense, IO_ERROR for blocks beyond the memory's end.
 * <b>Allocation:</b> none per request.
 */
public final class MemoryBlocks implements RequestHandler, AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment blocks;
    private final LongAdder reads = new LongAdder();
    private final LongAdder readBytes = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private final LongAdder writeBytes = new LongAdder();
    private final LongAdder refused = new LongAdder();

    /** Allocates zeroed memory of that many bytes. */
    public MemoryBlocks(long bytes) {
        blocks = arena.allocate(bytes, 4096);
    }

    /**
     * Maps a file of that many bytes, which is made or made longer if it is not there or shorter. What was written stays when
     * the program is killed, since the system has it then; not when the machine stops.
     */
    public MemoryBlocks(Path file, long bytes) throws IOException {
        boolean done = false;
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            blocks = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
            done = true;
        } finally {
            if (!done) {
                arena.close();
            }
        }
    }

    /** Bytes of memory. */
    public long size() {
        return blocks.byteSize();
    }

    @Override
    public void onRequest(ServerOperation operation, long handle) {
        Status status = serve(operation);
        if (!status.isOk()) {
            refused.increment();
        }
        operation.respond(handle, status);
    }

    private Status serve(ServerOperation operation) {
        MemorySegment chunk = operation.chunk();
        int header = operation.userHeaderOffset();
        if (operation.userHeaderLength() < BlockHeader.BYTES || !BlockHeader.isWellFormed(chunk, header)) {
            return Status.INVALID;
        }
        int what = BlockHeader.operation(chunk, header);
        long offset = BlockHeader.offset(chunk, header);
        int length = BlockHeader.length(chunk, header);
        boolean reads = operation.direction() == Direction.READ;
        return switch (what) {
            case BlockHeader.READ -> reads ? read(operation, offset, length) : Status.INVALID;
            case BlockHeader.WRITE -> reads ? Status.INVALID : write(operation, offset, length);
            case BlockHeader.INFO -> reads && offset == 0 && length == 0 ? info(operation, chunk) : Status.INVALID;
            default -> Status.INVALID;
        };
    }

    private Status read(ServerOperation operation, long offset, int length) {
        if (length < 0 || length != operation.wantedLength() || length > operation.dataLength()) {
            return Status.INVALID;
        }
        if (outside(offset, length)) {
            return Status.IO_ERROR;
        }
        operation.copyFrom(blocks, offset);
        reads.increment();
        readBytes.add(length);
        return Status.OK;
    }

    private Status write(ServerOperation operation, long offset, int length) {
        if (length < 0 || length != operation.dataLength()) {
            return Status.INVALID;
        }
        if (outside(offset, length)) {
            return Status.IO_ERROR;
        }
        operation.copyTo(blocks, offset);
        writes.increment();
        writeBytes.add(length);
        return Status.OK;
    }

    private Status info(ServerOperation operation, MemorySegment chunk) {
        if (operation.wantedLength() != BlockHeader.INFO_BYTES || operation.dataLength() < BlockHeader.INFO_BYTES) {
            return Status.INVALID;
        }
        BlockHeader.encodeInfo(chunk, blocks.byteSize());
        return Status.OK;
    }

    private boolean outside(long offset, int length) {
        return offset < 0 || offset > blocks.byteSize() - length;
    }

    /** What was served until now; not one instant's. */
    public Served served() {
        return new Served(reads.sum(), readBytes.sum(), writes.sum(), writeBytes.sum(), refused.sum());
    }

    /**
     * What a memory served.
     *
     * @param reads blocks read
     * @param readBytes their bytes
     * @param writes blocks written
     * @param writeBytes their bytes
     * @param refused requests that were answered with an error
     */
    public record Served(long reads, long readBytes, long writes, long writeBytes, long refused) {}

    /** Frees the memory; the server is closed already. */
    @Override
    public void close() {
        arena.close();
    }
}
