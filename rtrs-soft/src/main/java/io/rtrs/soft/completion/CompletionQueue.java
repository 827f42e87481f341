package io.rtrs.soft.completion;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.IbvWC;
import io.rtrs.soft.work.Status;
import io.rtrs.soft.work.WorkQueues;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.libc.Errno;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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

    // What an entry consists of lies together, so that pushing and polling one touch one or two cache lines.
    private static final int ENTRY_LONGS = 5;
    private static final int WR_ID = 0;
    private static final int SEQUENCE = 1;
    private static final int STATUS_AND_OPCODE = 2;
    private static final int BYTES_AND_IMM = 3;
    private static final int FLAGS_AND_SENT = 4;

    private static final VarHandle PUSHED;
    private static final VarHandle POLLED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            PUSHED = lookup.findVarHandle(CompletionQueue.class, "pushed", long.class);
            POLLED = lookup.findVarHandle(CompletionQueue.class, "polled", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final VerbsProvider provider;
    private final int capacity;
    private final long[] entries;
    private final @Nullable WorkQueues[] source;

    // Guarded by this: which slot is next.
    private int pushSlot;
    private int pollSlot;

    // Written under the lock, which orders them; read without it by who looks whether there is anything.
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
        this.capacity = entries;
        this.entries = new long[entries * ENTRY_LONGS];
        this.source = new WorkQueues[entries];
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
        int slot = pushSlot;
        pushSlot = after(slot);
        int entry = slot * ENTRY_LONGS;
        entries[entry + WR_ID] = id;
        entries[entry + SEQUENCE] = seq;
        entries[entry + STATUS_AND_OPCODE] = pair(state, op);
        entries[entry + BYTES_AND_IMM] = pair(length, imm);
        entries[entry + FLAGS_AND_SENT] = pair(wcFlags, send ? 1 : 0);
        source[slot] = qp;
        PUSHED.setRelease(this, at + 1);
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
            for (int i = 0; i < n; i++) {
                int slot = pollSlot;
                pollSlot = after(slot);
                report(slot, into[i]);
            }
            POLLED.setRelease(this, next + n);
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
        int entry = slot * ENTRY_LONGS;
        long outcome = entries[entry + STATUS_AND_OPCODE];
        long data = entries[entry + BYTES_AND_IMM];
        long marks = entries[entry + FLAGS_AND_SENT];
        boolean good = high(outcome) == Status.SUCCESS;
        boolean sent = low(marks) != 0;
        wc.setWr_id(entries[entry + WR_ID]);
        wc.setStatus(high(outcome));
        wc.setQp_num(qp.number());
        wc.setVendor_err(0);
        wc.setOpcode(good ? low(outcome) : 0);
        wc.setByte_len(good ? high(data) : 0);
        wc.setImm_data(good ? low(data) : 0);
        wc.setWc_flags(good ? high(marks) : 0);
        wc.setSrc_qp(0);
        wc.setSend(sent);
        qp.retire(sent, entries[entry + SEQUENCE]);
    }

    private int after(int slot) {
        return slot + 1 == capacity ? 0 : slot + 1;
    }

    private static long pair(int high, int low) {
        return (long) high << 32 | (low & 0xFFFF_FFFFL);
    }

    private static int high(long pair) {
        return (int) (pair >> 32);
    }

    private static int low(long pair) {
        return (int) pair;
    }

    @Override
    public VerbsProvider provider() {
        return provider;
    }
}
