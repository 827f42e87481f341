package io.rtrs.bench.load;

import io.rtrs.core.Direction;
import io.rtrs.server.RequestHandler;
import io.rtrs.server.RtrsServer;
import io.rtrs.server.ServerOperation;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A request handler whose blocks live in memory. It copies what is read into the chunk, or has it sent from where it is.
 *
 * <p><b>Threading:</b> called from all connections' loops at once; requests that touch the same bytes at the same time are
 * not ordered. <b>Allocation:</b> none per request.
 */
public final class MemoryBlocks implements RequestHandler, AutoCloseable {
    private static final int EINVAL = 22;
    private static final int EIO = 5;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment blocks;

    private final boolean inPlace;

    /**
     * Allocates zeroed memory.
     *
     * @param bytes how much
     * @param inPlace whether what is read is sent from there: the server must know {@link #memory} by
     *     {@link RtrsServer.Builder#answerFrom}
     */
    public MemoryBlocks(long bytes, boolean inPlace) {
        this.inPlace = inPlace;
        blocks = arena.allocate(bytes, 4096);
    }

    /** The memory. */
    public MemorySegment memory() {
        return blocks;
    }

    @Override
    public int onRequest(ServerOperation operation) {
        if (operation.userHeaderLength() < BlockHeader.BYTES) {
            return -EINVAL;
        }
        MemorySegment chunk = operation.chunk();
        int header = operation.userHeaderOffset();
        int length = BlockHeader.length(chunk, header);
        long offset = BlockHeader.offset(chunk, header);
        boolean read = BlockHeader.direction(chunk, header) == BlockHeader.READ;
        if (read != (operation.direction() == Direction.READ) || length < 0 || length != operation.dataLength()) {
            return -EINVAL;
        }
        if (offset < 0 || offset > blocks.byteSize() - length) {
            return -EIO;
        }
        if (read && inPlace) {
            operation.respond(blocks, offset);
            return 0;
        }
        if (read) {
            operation.copyFrom(blocks, offset);
        } else {
            operation.copyTo(blocks, offset);
        }
        operation.respond(0);
        return 0;
    }

    /** Frees the memory; the server is closed already. */
    @Override
    public void close() {
        arena.close();
    }
}
