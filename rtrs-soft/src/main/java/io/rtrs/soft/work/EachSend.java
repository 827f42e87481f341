package io.rtrs.soft.work;

import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.SendBatch;
import io.rtrs.verbs.WrOpcode;

import java.util.Arrays;
import java.util.Objects;

/**
 * A batch of a device in this process, which rings once.
 *
 * <p>What chains begin with is posted side by side: first their short writes, then their sends with invalidate, then the
 * rest. Packets of equal length that follow each other share a send call (spec/rocev2.md 16.2); answers one by one, each a
 * block, a key and a status, would cost two calls each.
 */
public final class EachSend extends SendBatch {
    /** The largest packet of a network. A longer write fills calls by itself, and would keep the answers before it waiting. */
    private static final int LONGEST_THAT_LEADS = 4096;

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
        int errno = put();
        qp.ring();
        return errno;
    }

    @Override
    public int enqueue() {
        int errno = put();
        qp.announce();
        return errno;
    }

    @Override
    public void ring() {
        qp.start();
    }

    private int put() {
        int errno = 0;
        if (size > 1) {
            errno = lead(WrOpcode.RDMA_WRITE);
            if (errno == 0) {
                errno = lead(WrOpcode.SEND_WITH_INV);
            }
        }
        for (int i = 0; i < size && errno == 0; i++) {
            errno = calls[i].enqueue(firsts[i], counts[i]);
        }
        Arrays.fill(calls, 0, size, null);
        size = 0;
        return errno;
    }

    /** Posts the first work request of each chain where it is this one and not the only one. */
    private int lead(int opcode) {
        int errno = 0;
        for (int i = 0; i < size && errno == 0; i++) {
            SendArray array = calls[i].array();
            int first = firsts[i];
            if (counts[i] > 1 && array.opcode[first] == opcode && array.total(first) <= LONGEST_THAT_LEADS) {
                errno = calls[i].enqueue(first, 1);
                firsts[i] = first + 1;
                counts[i]--;
            }
        }
        return errno;
    }
}
