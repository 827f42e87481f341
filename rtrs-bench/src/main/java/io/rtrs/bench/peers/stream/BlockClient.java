package io.rtrs.bench.peers.stream;

import io.rtrs.bench.load.BlockAnswer;
import io.rtrs.bench.load.BlockHeader;
import io.rtrs.bench.peers.work.BlockLoad;
import io.rtrs.bench.peers.work.Memory;
import io.rtrs.bench.peers.work.Requests;
import io.rtrs.bench.peers.work.Shape;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Sends the requests of loads on one stream and takes their answers. <b>Allocation:</b> none per request.
 */
public final class BlockClient implements Frames, Requests {
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment blocks = arena.allocate((long) Shape.BLOCK_MAX * Shape.DEPTH_MAX, 4096);
    private final long header = arena.allocate(BlockHeader.BYTES, Long.BYTES).address();
    private final Outbox outbox;
    private @Nullable BlockLoad load;
    private int slot;
    private int status;

    /** One whose frames leave there. */
    public BlockClient(Outbox outbox) {
        this.outbox = outbox;
    }

    /** What takes the bytes of the answers. */
    public FrameReader reader() {
        return new FrameReader(BlockAnswer.BYTES, this);
    }

    /** The blocks of the slots. */
    public MemorySegment blocks() {
        return blocks;
    }

    /** Sends the first requests of a load; the one before it is over. */
    public void start(BlockLoad next) {
        load = next;
        next.start(this);
    }

    @Override
    public void send(int slotNumber, int direction, int length, long offset) {
        BlockHeader.encode(Memory.ALL, header, direction, length, offset, slotNumber);
        long block = blocks.address() + BlockLoad.blockAt(slotNumber);
        outbox.send(header, BlockHeader.BYTES, block, direction == BlockHeader.WRITE ? length : 0);
    }

    @Override
    public int onHeader(long answer) {
        slot = (int) BlockAnswer.tag(Memory.ALL, answer);
        status = BlockAnswer.status(Memory.ALL, answer);
        return BlockAnswer.length(Memory.ALL, answer);
    }

    @Override
    public long bodyTarget() {
        return blocks.address() + BlockLoad.blockAt(slot);
    }

    @Override
    public void onEnd() {
        BlockLoad now = load;
        if (now != null) {
            now.onAnswer(slot, status);
        }
    }
}
