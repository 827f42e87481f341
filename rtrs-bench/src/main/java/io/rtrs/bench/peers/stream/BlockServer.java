package io.rtrs.bench.peers.stream;

import io.rtrs.bench.load.BlockAnswer;
import io.rtrs.bench.load.BlockHeader;
import io.rtrs.bench.peers.work.Memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Serves the requests of one stream from the server's memory.
 *
 * <p><b>Errors:</b> a request that does not fit the memory ends the stream by an exception: there is no way to skip it.
 * <b>Allocation:</b> none per request.
 */
public final class BlockServer implements Frames {
    private final MemorySegment memory;
    private final Outbox outbox;
    private final MemorySegment answer = Arena.ofAuto().allocate(BlockAnswer.BYTES, Long.BYTES);
    private boolean writes;
    private int length;
    private long offset;
    private long tag;

    private BlockServer(MemorySegment memory, Outbox outbox) {
        this.memory = memory;
        this.outbox = outbox;
    }

    /** What takes the bytes of a new stream. */
    public static FrameReader reader(MemorySegment memory, Outbox outbox) {
        return new FrameReader(BlockHeader.BYTES, new BlockServer(memory, outbox));
    }

    @Override
    public int onHeader(long header) {
        writes = BlockHeader.direction(Memory.ALL, header) == BlockHeader.WRITE;
        length = BlockHeader.length(Memory.ALL, header);
        offset = BlockHeader.offset(Memory.ALL, header);
        tag = BlockHeader.tag(Memory.ALL, header);
        if (length < 0 || offset < 0 || offset > memory.byteSize() - length) {
            throw new IllegalStateException("a block of " + length + " bytes at " + offset);
        }
        return writes ? length : 0;
    }

    @Override
    public long bodyTarget() {
        return memory.address() + offset;
    }

    @Override
    public void onEnd() {
        int body = writes ? 0 : length;
        BlockAnswer.encode(answer, 0, tag, 0, body);
        outbox.send(answer.address(), BlockAnswer.BYTES, memory.address() + offset, body);
    }
}
