package io.rtrs.interop.rtrs;

import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.core.connection.WorkId;
import io.rtrs.verbs.PostSend;

import java.util.BitSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The post-send of a thread that loses the processor in the worst of moments: with a chain in its hands whose
 * completion returns credits.
 */
final class HeldSend extends ForwardingSend {
    /** Threads with this name stand still. */
    static final String WRITER = "writer";

    private final CountDownLatch gate;
    private final AtomicInteger held;
    private final BitSet signaled = new BitSet();
    private final BitSet counted = new BitSet();

    HeldSend(PostSend to, CountDownLatch gate, AtomicInteger held) {
        super(to);
        this.held = held;
        this.gate = gate;
    }

    @Override
    public PostSend flags(int wr, int flags) {
        signaled.set(wr, (flags & IbvSendWR.IBV_SEND_SIGNALED) != 0);
        return super.flags(wr, flags);
    }

    @Override
    public PostSend wrId(int wr, long wrId) {
        counted.set(wr, WorkId.kind(wrId) != WorkId.WRITE);
        return super.wrId(wr, wrId);
    }

    @Override
    public int post(int first, int count) {
        int last = first + count - 1;
        if (signaled.get(last)
                && counted.get(last)
                && Thread.currentThread().getName().equals(WRITER)) {
            held.incrementAndGet();
            ServerBadRequestTest.awaitUninterruptibly(gate);
        }
        return super.post(first, count);
    }
}
