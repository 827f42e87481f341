package io.rtrs.core.connection;

import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.SendBatch;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Gathers the chains that a connection's loop posts while it handles one batch of completions, and posts them with one
 * call: a system call less for each chain on a software device, a write across the bus on an adapter.
 *
 * <p>Chains take their tickets only when they are posted, so nobody who posts meanwhile waits for the handler. At most
 * {@link #MOST} are held back, so that an answer waits for few others.
 *
 * <p><b>Threading:</b> the loop. <b>Allocation:</b> none.
 */
final class Doorbell {
    static final int MOST = 16;

    private static final long UNCOUNTED = -1;

    private final SendCredits credits;
    private final SendBatch batch;
    private final PostSend[] calls = new PostSend[MOST];
    private final int[] firsts = new int[MOST];
    private final int[] lasts = new int[MOST];
    private final boolean[] counted = new boolean[MOST];
    private final @Nullable PostListener[] listeners = new PostListener[MOST];
    private final long[] tickets = new long[MOST];
    private int size;

    /** Makes the doorbell of a queue pair whose batch holds {@link #MOST} chains. */
    Doorbell(SendCredits credits, SendBatch batch) {
        this.credits = credits;
        this.batch = batch;
    }

    /**
     * Takes a chain, and posts all of them if there is room for no other.
     *
     * @param hasCredit whether it takes part in the accounting, which then sets its last flags
     * @param listener told when the chain is posted, or null
     * @return 0 or the errno of a post: the chain was not posted then, nor perhaps others before it
     */
    int gather(PostSend call, int first, int last, boolean hasCredit, @Nullable PostListener listener) {
        calls[size] = call;
        firsts[size] = first;
        lasts[size] = last;
        counted[size] = hasCredit;
        listeners[size] = listener;
        size++;
        return size == MOST ? ring() : 0;
    }

    /** Posts what was gathered; 0 or an errno. */
    int ring() {
        int number = size;
        if (number == 0) {
            return 0;
        }
        int errno = 0;
        int begun = 0;
        for (int i = 0; i < number; i++) {
            tickets[i] = counted[i] ? credits.nextTicket() : UNCOUNTED;
            if (counted[i] && credits.isSignaled(tickets[i])) {
                // It waits for all chains before it, our own among them.
                errno = post(errno, begun, i);
                begun = i;
            }
            if (counted[i]) {
                calls[i].flags(lasts[i], credits.flags(tickets[i]));
            }
            if (errno == 0) {
                batch.add(calls[i], firsts[i], lasts[i] + 1 - firsts[i]);
            }
        }
        errno = post(errno, begun, number);
        Arrays.fill(calls, 0, number, null);
        size = 0;
        tell(number);
        return errno;
    }

    private void tell(int number) {
        for (int i = 0; i < number; i++) {
            PostListener listener = listeners[i];
            if (listener != null) {
                listeners[i] = null;
                listener.onPosted();
            }
        }
    }

    private int post(int errno, int from, int to) {
        int result = errno == 0 ? batch.post() : errno;
        for (int i = from; i < to; i++) {
            if (counted[i]) {
                credits.posted(tickets[i]);
            }
        }
        return result;
    }
}
