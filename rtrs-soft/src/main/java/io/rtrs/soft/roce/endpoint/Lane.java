package io.rtrs.soft.roce.endpoint;

import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.rc.QueuePair;
import io.rtrs.soft.roce.rc.Transmitter;
import io.rtrs.soft.roce.wire.RoceAddress;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A queue pair at its endpoint, with the way to its peer.
 *
 * <p><b>Threading:</b> {@link #ring} from any thread; all else by the endpoint's owner. <b>Allocation:</b> none.
 */
public final class Lane implements Transmitter {
    private static final VarHandle RUNG;

    static {
        try {
            RUNG = MethodHandles.lookup().findVarHandle(Lane.class, "rung", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Endpoint endpoint;
    private final Link link;
    private final QueuePair queuePair;

    @SuppressWarnings("unused") // by RUNG
    private volatile boolean rung;

    /** The next in the stack of rung lanes. */
    @Nullable
    Lane nextRung;

    // The owner's.

    /** The next in the queue of lanes with work. */
    @Nullable
    Lane nextQueued;

    /** Whether it is in that queue. */
    boolean queued;

    /** The next of those that owe acknowledgements in this round. */
    @Nullable
    Lane nextOwing;

    /** Whether it is among those. */
    boolean owes;

    /** Whether the connection manager has its number in use. */
    boolean numberUsed;

    /** Whether it was removed from its endpoint. */
    boolean closed;

    /** What its queue pair had completed when it threw last. */
    long completedAtFault = -1;

    /** Whether a request came since it was connected. */
    boolean heard;

    @Nullable
    Peer peer;

    /** Whose budget it shares. */
    @Nullable
    RoceAddress budgetOf;

    /** What it took that budget with. */
    int budgetPackets;

    Lane(Endpoint endpoint, Link link, QueuePair queuePair) {
        this.endpoint = endpoint;
        this.link = link;
        this.queuePair = queuePair;
    }

    /** The queue pair. */
    public QueuePair queuePair() {
        return queuePair;
    }

    /** Its number. */
    public int number() {
        return queuePair.number();
    }

    /** Something was posted: the next {@link Endpoint#poll} looks at it. */
    public void ring() {
        if (RUNG.compareAndSet(this, false, true)) {
            endpoint.rung(this);
        }
    }

    /** From now on a ring counts anew. */
    void answered() {
        RUNG.setVolatile(this, false);
    }

    @Override
    public MemorySegment memory() {
        return link.transmitMemory();
    }

    @Override
    public long reserve(int length) {
        Peer to = peer;
        return to == null ? NO_ROOM : endpoint.reserve(to, length);
    }

    @Override
    public boolean hasCompany(int length) {
        Peer to = peer;
        return to != null && link.hasCompany(to, length);
    }

    @Override
    public boolean borrow(long at, int length, MemorySegment from, long offset) {
        return link.borrow(at, length, from, offset);
    }

    @Override
    public void giveBack() {
        link.giveBack();
    }

    @Override
    public void commit() {
        link.commit();
    }
}
