package io.rtrs.verbs.work;

import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.SendBatch;

import java.util.Arrays;
import java.util.Objects;

/** A batch of a device in this process: posts one chain after the other, and rings once. */
public final class EachSend extends SendBatch {
    private final WorkQueues qp;
    private final SendCall[] calls;
    private final int[] firsts;
    private final int[] counts;
    private int size;

    /** Makes an empty batch of a queue pair. */
    public EachSend(WorkQueues qp, int capacity) {
        this.qp = qp;
        this.calls = new SendCall[capacity];
        this.firsts = new int[capacity];
        this.counts = new int[capacity];
    }

    @Override
    public int capacity() {
        return calls.length;
    }

    @Override
    public void add(PostSend call, int first, int count) {
        if (!(call instanceof SendCall ours) || ours.queues() != qp) {
            throw new IllegalArgumentException("a call of another queue pair than " + qp.number());
        }
        if (size == calls.length) {
            throw new IllegalStateException("the batch holds " + size + " chains already");
        }
        Objects.checkFromIndexSize(first, count, call.count());
        calls[size] = ours;
        firsts[size] = first;
        counts[size] = count;
        size++;
    }

    @Override
    public int post() {
        int errno = 0;
        for (int i = 0; i < size && errno == 0; i++) {
            errno = calls[i].enqueue(firsts[i], counts[i]);
        }
        qp.ring();
        Arrays.fill(calls, 0, size, null);
        size = 0;
        return errno;
    }
}
