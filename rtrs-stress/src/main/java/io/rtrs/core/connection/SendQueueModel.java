package io.rtrs.core.connection;

import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.SVCPostSend;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.PostSend;

/**
 * A send queue whose work is done the moment it is posted, and whose loop polls at once. As verbs have it, a slot is free
 * when a completion at or after it was polled.
 */
final class SendQueueModel {
    private final SendCredits credits;
    private int held;
    private int mostHeld;

    SendQueueModel(SendCredits credits) {
        this.credits = credits;
    }

    synchronized void onPost(Chain chain) {
        held++;
        mostHeld = Math.max(mostHeld, held);
        if (chain.flags == IbvSendWR.IBV_SEND_SIGNALED) {
            held = 0;
            credits.onCompletion(chain.workId);
        }
    }

    /** The most slots that were in use at once. */
    synchronized int mostHeld() {
        return mostHeld;
    }

    /** Takes a credit and posts a chain; false without a credit. */
    boolean send(Chain chain) {
        if (!credits.tryTake()) {
            return false;
        }
        credits.post(chain, 0, 0, WorkId.of(WorkId.REQUEST, 1));
        return true;
    }

    /** A chain of one work request. */
    static class Chain extends PostSend {
        private final SendQueueModel queue;
        private int flags;
        private long workId;

        Chain(SendQueueModel queue) {
            this.queue = queue;
        }

        @Override
        public PostSend flags(int wr, int value) {
            flags = value;
            return this;
        }

        @Override
        public PostSend wrId(int wr, long value) {
            workId = value;
            return this;
        }

        @Override
        public int post(int first, int count) {
            queue.onPost(this);
            return 0;
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
            return this;
        }

        @Override
        public SendWRMod getWrMod(int index) {
            throw new UnsupportedOperationException("the model has none");
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
}
