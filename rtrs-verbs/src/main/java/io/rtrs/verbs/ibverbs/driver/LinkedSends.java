package io.rtrs.verbs.ibverbs.driver;

import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.SendBatch;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.ibverbs.ffm.Errno;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Arrays;

/** C: one {@code ibv_post_send} of work requests that lie in the arrays of several calls, each linked to the next. */
final class LinkedSends extends SendBatch {
    private final QueuePair qp;
    private final SendCall[] calls;
    private final int[] firsts;
    private final int[] lasts;
    private final MemorySegment badWr = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG);
    private int size;

    LinkedSends(QueuePair qp, int capacity) throws VerbsException {
        if (capacity < 1) {
            throw new VerbsException("a batch of " + capacity + " chains", Errno.EINVAL);
        }
        this.qp = qp;
        this.calls = new SendCall[capacity];
        this.firsts = new int[capacity];
        this.lasts = new int[capacity];
    }

    @Override
    public int capacity() {
        return calls.length;
    }

    @Override
    public void add(PostSend call, int first, int count) {
        if (!(call instanceof SendCall ours) || ours.queuePair() != qp) {
            throw new IllegalArgumentException("a call of another queue pair");
        }
        if (size == calls.length) {
            throw new IllegalStateException("the batch holds " + size + " chains already");
        }
        long address = ours.chain(first, count);
        if (size > 0) {
            calls[size - 1].linkTo(lasts[size - 1], address);
        }
        calls[size] = ours;
        firsts[size] = first;
        lasts[size] = first + count - 1;
        size++;
    }

    @Override
    public int post() {
        int number = size;
        if (number == 0) {
            return 0;
        }
        try {
            return post(number);
        } finally {
            for (int i = 0; i < number - 1; i++) {
                calls[i].linkTo(lasts[i], 0);
            }
            Arrays.fill(calls, 0, number, null);
            size = 0;
        }
    }

    private int post(int number) {
        long queuePair = qp.address();
        if (queuePair == 0) {
            return Errno.EINVAL;
        }
        for (int i = 0; i < number; i++) {
            if (!calls[i].isValid()) {
                return Errno.EINVAL;
            }
        }
        try {
            int errno = qp.ops().postSend(queuePair, calls[0].address(firsts[0]), badWr.address());
            long bad = errno == 0 ? 0 : firstNotPosted();
            for (int i = 0; i < number; i++) {
                int end = errno == 0 ? lasts[i] + 1 : calls[i].endBefore(bad, firsts[i], lasts[i]);
                calls[i].posted(firsts[i], end);
                if (end <= lasts[i]) {
                    break;
                }
            }
            return errno;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private long firstNotPosted() {
        long bad = badWr.get(ValueLayout.JAVA_LONG, 0);
        badWr.set(ValueLayout.JAVA_LONG, 0, 0L);
        return bad == 0 ? calls[0].address(firsts[0]) : bad;
    }
}
