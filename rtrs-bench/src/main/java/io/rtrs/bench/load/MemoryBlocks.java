package io.rtrs.bench.load;

import io.rtrs.core.Direction;
import io.rtrs.server.RequestHandler;
import io.rtrs.server.ServerOperation;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A request handler whose blocks live in memory.
 *
 * <p><b>Threading:</b> called from all connections' loops at once; requests that touch the same bytes at the same time are
 * not ordered. <b>Allocation:</b> none per request.
 */
public final class MemoryBlocks implements RequestHandler, AutoCloseable {
    private static final int EINVAL = 22;
    private static final int EIO = 5;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment blocks;

    /** Allocates zeroed memory of that many bytes. */
    public MemoryBlocks(long bytes) {
        blocks = arena.allocate(bytes, 4096);
    }

    /** The memory. */
    public MemorySegment memory() {
        return blocks;
    }

    @Override
    public int onRequest(ServerOperation operation) {
        operation.respond(serve(operation));
        return 0;
    }

    private int serve(ServerOperation operation) {
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
        if (read) {
            MemorySegment.copy(blocks, offset, chunk, 0, length);
        } else {
            MemorySegment.copy(chunk, 0, blocks, offset, length);
        }
        return 0;
    }

    /** Frees the memory; the server is closed already. */
    @Override
    public void close() {
        arena.close();
    }
}
