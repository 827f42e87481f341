package io.rtrs.interop.rtrs;

import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.SendBatch;

import java.util.BitSet;

/** The post-send of a device that binds windows of type 1 by calls of their own alone, as {@code ibv_bind_mw} would. */
final class PickySend extends ForwardingSend {
    private static final int EINVAL = 22;

    private final BitSet binds = new BitSet();

    PickySend(PostSend to) {
        super(to);
    }

    @Override
    public PostSend bindWindow(
            int wr, MemoryWindow window, int rkey, MemoryRegion region, long address, long length, int access) {
        binds.set(wr, window.type() == MemoryWindow.TYPE_1);
        return super.bindWindow(wr, window, rkey, region, address, length, access);
    }

    @Override
    public PostSend opcode(int wr, int opcode) {
        binds.clear(wr);
        return super.opcode(wr, opcode);
    }

    @Override
    public int post(int first, int count) {
        return binds(first, count) ? EINVAL : super.post(first, count);
    }

    private boolean binds(int first, int count) {
        return !binds.get(first, first + count).isEmpty();
    }

    /** A batch of such chains. */
    static final class Batch extends ForwardingSend.Batch {
        private boolean binds;

        Batch(SendBatch to) {
            super(to);
        }

        @Override
        public void add(PostSend call, int first, int count) {
            binds |= ((PickySend) call).binds(first, count);
            super.add(call, first, count);
        }

        @Override
        public int post() {
            boolean refused = binds;
            binds = false;
            int errno = super.post();
            return refused ? EINVAL : errno;
        }
    }
}
