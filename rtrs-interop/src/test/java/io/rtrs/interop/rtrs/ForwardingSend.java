package io.rtrs.interop.rtrs;

import com.ibm.disni.verbs.SVCPostSend;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.SendBatch;

import java.io.IOException;

/** A post-send that does what another does. */
class ForwardingSend extends PostSend {
    final PostSend to;

    ForwardingSend(PostSend to) {
        this.to = to;
    }

    @Override
    public PostSend bindWindow(
            int wr, MemoryWindow window, int rkey, MemoryRegion region, long address, long length, int access) {
        to.bindWindow(wr, window, rkey, region, address, length, access);
        return this;
    }

    @Override
    public PostSend opcode(int wr, int opcode) {
        to.opcode(wr, opcode);
        return this;
    }

    @Override
    public int post(int first, int count) {
        return to.post(first, count);
    }

    @Override
    public int badWr() {
        return to.badWr();
    }

    @Override
    public int count() {
        return to.count();
    }

    @Override
    public int maxSge() {
        return to.maxSge();
    }

    @Override
    public PostSend wrId(int wr, long wrId) {
        to.wrId(wr, wrId);
        return this;
    }

    @Override
    public PostSend flags(int wr, int flags) {
        to.flags(wr, flags);
        return this;
    }

    @Override
    public PostSend imm(int wr, int value) {
        to.imm(wr, value);
        return this;
    }

    @Override
    public PostSend invalidate(int wr, int rkey) {
        to.invalidate(wr, rkey);
        return this;
    }

    @Override
    public PostSend remote(int wr, long address, int rkey) {
        to.remote(wr, address, rkey);
        return this;
    }

    @Override
    public PostSend sge(int wr, int index, long address, int length, int lkey) {
        to.sge(wr, index, address, length, lkey);
        return this;
    }

    @Override
    public PostSend numSge(int wr, int count) {
        to.numSge(wr, count);
        return this;
    }

    @Override
    public SVCPostSend execute() throws IOException {
        to.execute();
        return this;
    }

    @Override
    public SendWRMod getWrMod(int index) throws IOException {
        return to.getWrMod(index);
    }

    @Override
    public boolean isValid() {
        return to.isValid();
    }

    @Override
    public SVCPostSend free() {
        to.free();
        return this;
    }

    /** A batch of such chains. */
    static class Batch extends SendBatch {
        private final SendBatch to;

        Batch(SendBatch to) {
            this.to = to;
        }

        @Override
        public int capacity() {
            return to.capacity();
        }

        @Override
        public void add(PostSend call, int first, int count) {
            to.add(((ForwardingSend) call).to, first, count);
        }

        @Override
        public int post() {
            return to.post();
        }
    }
}
