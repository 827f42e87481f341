package io.rtrs.verbs.completion;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.IbvWC;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.work.Errno;
import io.rtrs.verbs.work.Status;
import io.rtrs.verbs.work.WorkQueues;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A completion queue: a ring of primitive arrays under the queue's monitor.
 *
 * <p>Completions are pushed by whoever executes the work, and polled from any thread.
 *
 * <p>An overrun destroys it as on an adapter: what is in it can still be polled, then polling fails.
 */
public class CompletionQueue extends IbvCQ implements ProviderOwned {
    private static final int DISARMED = 0;
    private static final int SOLICITED = 1;
    private static final int ANY = 2;

    /** Work queues that report here. */
    public final AtomicInteger users = new AtomicInteger();

    /** Where it reports that it has something, if anywhere. */
    public final @Nullable Channel events;

    private final VerbsProvider provider;
    private final int capacity;
    private final long[] wrId;
    private final long[] sequence;
    private final int[] status;
    private final int[] opcode;
    private final int[] bytes;
    private final int[] rawImm;
    private final int[] flags;
    private final @Nullable WorkQueues[] source;
    private final boolean[] sent;
    private volatile long pushed;
    private volatile long polled;
    private volatile boolean overrun;
    private int armed = DISARMED;

    /** Creates an empty queue of a device. */
    public CompletionQueue(IbvContext context, VerbsProvider provider, @Nullable Channel events, int entries)
            throws IOException {
        super(context, events, 0);
        this.cqe = entries;
        this.events = events;
        this.provider = provider;
        capacity = entries;
        wrId = new long[entries];
        sequence = new long[entries];
        status = new int[entries];
        opcode = new int[entries];
        bytes = new int[entries];
        rawImm = new int[entries];
        flags = new int[entries];
        source = new WorkQueues[entries];
        sent = new boolean[entries];
    }

    /**
     * Adds a completion.
     *
     * @param seq number of the work request in its queue
     * @param solicits whether it ends a wait for solicited events
     */
    public final synchronized void push(
            WorkQueues qp,
            boolean send,
            long seq,
            long id,
            int state,
            int op,
            int length,
            int imm,
            int wcFlags,
            boolean solicits) {
        long at = pushed;
        if (overrun || at - polled == capacity) {
            overrun = true;
            notifyEvent(true);
            return;
        }
        int slot = (int) (at % capacity);
        wrId[slot] = id;
        sequence[slot] = seq;
        status[slot] = state;
        opcode[slot] = op;
        bytes[slot] = length;
        rawImm[slot] = imm;
        flags[slot] = wcFlags;
        source[slot] = qp;
        sent[slot] = send;
        pushed = at + 1;
        notifyEvent(solicits || state != Status.SUCCESS);
    }

    private void notifyEvent(boolean solicits) {
        if (armed == ANY || (armed == SOLICITED && solicits)) {
            armed = DISARMED;
            Channel to = events;
            if (to != null) {
                to.event();
            }
        }
    }

    /** The next completion gives an event. */
    public final synchronized void arm(boolean solicitedOnly) {
        armed = Math.max(armed, solicitedOnly ? SOLICITED : ANY);
    }

    /**
     * Fills {@code into}. <b>Threading:</b> safe from any thread.
     *
     * @return how many; a negative number if the queue was overrun and is empty
     */
    public int drain(IbvWC[] into, int limit) {
        if (pushed == polled && !overrun) {
            return 0;
        }
        synchronized (this) {
            long next = polled;
            int n = (int) Math.min(limit, pushed - next);
            for (int i = 0; i < n; i++, next++) {
                report((int) (next % capacity), into[i]);
            }
            polled = next;
            return n == 0 && overrun ? IbvWC.CQ_POLL_ERR : n;
        }
    }

    /** Why it can be polled no more. */
    final VerbsException overran() {
        return new VerbsException(
                "the completion queue overran: it has " + capacity
                        + " entries, and more completions came than were polled; make it as long as its queue pairs'"
                        + " queues together",
                Errno.EOVERFLOW);
    }

    /** Whether there is nothing to poll now. */
    public final boolean isEmpty() {
        return pushed == polled;
    }

    private void report(int slot, IbvWC wc) {
        WorkQueues qp = source[slot];
        assert qp != null;
        source[slot] = null;
        boolean good = status[slot] == Status.SUCCESS;
        wc.setWr_id(wrId[slot]);
        wc.setStatus(status[slot]);
        wc.setQp_num(qp.number());
        wc.setVendor_err(0);
        wc.setOpcode(good ? opcode[slot] : 0);
        wc.setByte_len(good ? bytes[slot] : 0);
        wc.setImm_data(good ? rawImm[slot] : 0);
        wc.setWc_flags(good ? flags[slot] : 0);
        wc.setSrc_qp(0);
        wc.setSend(sent[slot]);
        qp.retire(sent[slot], sequence[slot]);
    }

    @Override
    public VerbsProvider provider() {
        return provider;
    }
}
