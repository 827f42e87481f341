package io.rtrs.cli.block;

import io.rtrs.core.Direction;
import io.rtrs.server.ServerOperation;
import io.rtrs.server.ServerSession;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/** A request as a server hands it to its handler, and what the handler answered. */
final class Request implements ServerOperation {
    private final MemorySegment chunk = MemorySegment.ofArray(new byte[8192]);
    private final Direction direction;
    private final int dataLength;
    private int headerLength = BlockHeader.BYTES;
    private int wantedLength;
    private @Nullable Integer status;

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
    int answeredBy(MemoryBlocks blocks) {
        int returned = blocks.onRequest(this);
        Integer responded = status;
        if (returned != 0 || responded == null) {
            throw new AssertionError("returned " + returned + ", responded " + responded);
        }
        return responded;
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
    public boolean respond(int answer) {
        if (status != null) {
            throw new IllegalStateException("answered twice");
        }
        status = answer;
        return true;
    }

    @Override
    public boolean respond(MemorySegment memory, long offset) {
        copyFrom(memory, offset);
        return respond(0);
    }

    @Override
    public @Nullable Object attachment() {
        return null;
    }

    @Override
    public void attach(@Nullable Object attachment) {}
}
