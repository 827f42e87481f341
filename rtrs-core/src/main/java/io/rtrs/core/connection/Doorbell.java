package io.rtrs.core.connection;

import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.SendBatch;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Gathers the chains that a connection's loop posts while it handles one batch of completions, and posts them with one
 * call: a system call less for each chain on a software device, a write across the bus on an adapter.
 *
 * <p>At most {@link #MOST} are held back, so that an answer waits for few others.
 *
 * <p><b>Threading:</b> the loop. <b>Allocation:</b> none.
 */
final class Doorbell {
    static final int MOST = 16;

    /** In place of a work id: the chain has no credit. */
    static final long UNCOUNTED = -1;

    private final SendCredits credits;
    private final SendBatch batch;
    private final PostSend[] calls = new PostSend[MOST];
    private final int[] firsts = new int[MOST];
    private final int[] lasts = new int[MOST];
    private final long[] workIds = new long[MOST];
    private final @Nullable PostListener[] listeners = new PostListener[MOST];
    private int size;

    /** Something is enqueued for which the device has not been rung. */
    private boolean enqueued;

    /** Makes the doorbell of a queue pair whose batch holds {@link #MOST} chains. */
    Doorbell(SendCredits credits, SendBatch batch) {
        this.credits = credits;
        this.batch = batch;
    }

    /**
     * Takes a chain, and posts all of them if there is room for no other.
     *
     * @param workId for the accounting, which sets flags and id of the last work request; or {@link #UNCOUNTED}
     * @param listener told when the chain is posted, or null
     * @return 0 or the errno of a post: the chain was not posted then, nor perhaps others before it
     */
    int gather(PostSend call, int first, int last, long workId, @Nullable PostListener listener) {
        calls[size] = call;
        firsts[size] = first;
        lasts[size] = last;
        workIds[size] = workId;
        listeners[size] = listener;
        size++;
        return size == MOST ? ring() : 0;
    }

    /** Posts what was gathered; 0 or an errno. */
    int ring() {
        int errno = enqueue();
        start();
        return errno;
    }

    /** Rings for what was {@linkplain #enqueue enqueued}. */
    void start() {
        if (enqueued) {
            enqueued = false;
            batch.ring();
        }
    }

    /** As {@link #ring}, but the device may wait until {@link #start}; 0 or an errno. */
    int enqueue() {
        int number = size;
        if (number == 0) {
            return 0;
        }
        int unsignaled = 0;
        try {
            for (int i = 0; i < number; i++) {
                if (workIds[i] != UNCOUNTED && !credits.begin(calls[i], lasts[i], workIds[i], unsignaled)) {
                    unsignaled++;
                }
                batch.add(calls[i], firsts[i], lasts[i] + 1 - firsts[i]);
            }
            int errno = batch.enqueue();
            enqueued = true;
            return errno;
        } finally {
            // Also when the device throws: the path ends then, and waits for none of these.
            credits.onPosted(unsignaled);
            Arrays.fill(calls, 0, number, null);
            size = 0;
            tell(0, number);
        }
    }

    private void tell(int from, int number) {
        int next = from;
        try {
            while (next < number) {
                PostListener listener = listeners[next];
                listeners[next++] = null;
                if (listener != null) {
                    listener.onPosted();
                }
            }
        } finally {
            if (next < number) { // one has thrown: the others hear of it all the same
                tell(next, number);
            }
        }
    }
}
