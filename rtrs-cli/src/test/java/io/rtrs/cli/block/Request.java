package io.rtrs.cli.block;

import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.server.ServerOperation;
import io.rtrs.server.ServerSession;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/** A request as a server hands it to its handler, and what the handler answered. */
final class Request implements ServerOperation {
    private static final long HANDLE = 6;

    private final MemorySegment chunk = MemorySegment.ofArray(new byte[8192]);
    private final Direction direction;
    private final int dataLength;
    private int headerLength = BlockHeader.BYTES;
    private int wantedLength;
    private @Nullable Status status;

    Request(Direction direction, int dataLength) {
        this.direction = direction;
        this.dataLength = dataLength;
        this.wantedLength = direction == Direction.READ ? dataLength : 0;
    }

    Request wanting(int length) {
        wantedLength = length;
        return this;
    }

    Request withHeaderLength(int length) {
        headerLength = length;
        return this;
    }

    MemorySegment header() {
        return chunk.asSlice(userHeaderOffset());
    }

    /** What {@code blocks} answers. */
    Status answeredBy(MemoryBlocks blocks) {
        blocks.onRequest(this, HANDLE);
        Status answer = status;
        if (answer == null) {
            throw new AssertionError("not answered");
        }
        return answer;
    }

    @Override
    public ServerSession session() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Direction direction() {
        return direction;
    }

    @Override
    public int bufferId() {
        return 0;
    }

    @Override
    public MemorySegment chunk() {
        return chunk;
    }

    @Override
    public int dataLength() {
        return dataLength;
    }

    @Override
    public int wantedLength() {
        return wantedLength;
    }

    @Override
    public int userHeaderOffset() {
        return dataLength;
    }

    @Override
    public int userHeaderLength() {
        return headerLength;
    }

    @Override
    public void respond(long handle, Status answer) {
        if (status != null || handle != HANDLE) {
            throw new IllegalStateException("answered twice");
        }
        status = answer;
    }

    @Override
    public void respond(long handle, MemorySegment memory, long offset) {
        copyFrom(memory, offset);
        respond(handle, Status.OK);
    }

    @Override
    public @Nullable Object attachment() {
        return null;
    }

    @Override
    public void attach(@Nullable Object attachment) {}
}
