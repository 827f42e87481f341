package io.rtrs.bench.load;

import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.server.RequestHandler;
import io.rtrs.server.RtrsServer;
import io.rtrs.server.ServerOperation;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A request handler whose blocks live in memory. It copies what is read into the chunk, or has it sent from where it is.
 *
 * <p><b>Threading:</b> called from all connections' loops at once; requests that touch the same bytes at the same time are
 * not ordered. <b>Allocation:</b> none per request.
 */
public final class MemoryBlocks implements RequestHandler, AutoCloseable {
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
    public void onRequest(ServerOperation operation, long handle) {
        Status status = serve(operation, handle);
        if (status != null) {
            operation.respond(handle, status);
        }
    }

    /** What to answer with; null if it is answered. */
    private @Nullable Status serve(ServerOperation operation, long handle) {
        if (operation.userHeaderLength() < BlockHeader.BYTES) {
            return Status.INVALID;
        }
        MemorySegment chunk = operation.chunk();
        int header = operation.userHeaderOffset();
        int length = BlockHeader.length(chunk, header);
        long offset = BlockHeader.offset(chunk, header);
        boolean read = BlockHeader.direction(chunk, header) == BlockHeader.READ;
        if (read != (operation.direction() == Direction.READ) || length < 0 || length != operation.dataLength()) {
            return Status.INVALID;
        }
        if (offset < 0 || offset > blocks.byteSize() - length) {
            return Status.IO_ERROR;
        }
        if (read && inPlace) {
            operation.respond(handle, blocks, offset);
            return null;
        }
        if (read) {
            operation.copyFrom(blocks, offset);
        } else {
            operation.copyTo(blocks, offset);
        }
        return Status.OK;
    }

    /** Frees the memory; the server is closed already. */
    @Override
    public void close() {
        arena.close();
    }
}
