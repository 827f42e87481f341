package io.rtrs.core.connection;

import com.ibm.disni.verbs.SVCPostSend;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.PostSend;

/** A chain of one work request that knows its flags and its id, and does when it is posted what a test wants. */
class FakeSend extends PostSend {
    int flags;
    long workId;

    @Override
    public PostSend flags(int wr, int value) {
        flags = value;
        return this;
    }

    @Override
    public int post(int first, int count) {
        throw new AssertionError("posted alone");
    }

    @Override
    public int count() {
        return 1;
    }

    @Override
    public int maxSge() {
        return 0;
    }

    @Override
    public PostSend wrId(int wr, long wrId) {
        workId = wrId;
        return this;
    }

    @Override
    public PostSend opcode(int wr, int opcode) {
        return this;
    }

    @Override
    public PostSend imm(int wr, int value) {
        return this;
    }

    @Override
    public PostSend invalidate(int wr, int rkey) {
        return this;
    }

    @Override
    public PostSend remote(int wr, long address, int rkey) {
        return this;
    }

    @Override
    public PostSend sge(int wr, int index, long address, int length, int lkey) {
        return this;
    }

    @Override
    public PostSend numSge(int wr, int count) {
        return this;
    }

    @Override
    public PostSend bindWindow(
            int wr, MemoryWindow window, int rkey, MemoryRegion region, long address, long length, int access) {
        return this;
    }

    @Override
    public int badWr() {
        return 0;
    }

    @Override
    public SVCPostSend execute() {
        throw new AssertionError("posted alone");
    }

    @Override
    public SendWRMod getWrMod(int index) {
        throw new AssertionError("not asked");
    }

    @Override
    public boolean isValid() {
        return true;
    }

    @Override
    public SVCPostSend free() {
        return this;
    }
}
