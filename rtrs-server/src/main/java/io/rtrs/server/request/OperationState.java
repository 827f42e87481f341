package io.rtrs.server.request;

import io.rtrs.core.work.Spin;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who has the operation of a chunk, again and again: nobody (idle) → its loop (arriving) → the handler → who answers → nobody.
 *
 * <p>One word: the phase, and the generation, which tells one request from the next. The word as it is while the handler has
 * the request is the request's handle. Generations have 62 bits, and so never come again. Each operation starts at a generation
 * far from those of all others, so that the handle of a request of another chunk is refused as well: handlers that have several
 * requests at once may mix them up.
 *
 * <p><b>Threading:</b> {@link #claim}, {@link #take} and {@link #withdraw} by any thread, whoever succeeds has the operation;
 * {@link #handOver}, {@link #release} and {@link #releaseIfStill} by the thread that has it. Each orders memory.
 * <b>Allocation:</b> none.
 */
final class OperationState {
    private static final long IDLE = 0;
    private static final long ARRIVING = 1;
    private static final long HANDLED = 2;
    private static final long ANSWERING = 3;
    private static final long PHASE_MASK = 3;
    private static final long GENERATION = 4;

    /** No handle: the request was taken back before the handler had it. */
    static final long WITHDRAWN = 0;

    /** 2^64 divided by the golden ratio: its multiples stay as far from each other as can be, however many there are. */
    private static final long APART = 0x9E37_79B9_7F4A_7C15L;

    private static final AtomicLong MADE = new AtomicLong();

    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(OperationState.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("UnusedVariable") // read and written through WORD
    private volatile long word = MADE.getAndIncrement() * APART & ~PHASE_MASK;

    /**
     * Takes the idle operation for a request that has arrived; false if an earlier request still has it. Waits for whoever is
     * answering, an instant.
     */
    boolean claim() {
        int spins = 0;
        while (true) {
            long now = word;
            long phase = now & PHASE_MASK;
            if (phase == IDLE) {
                if (WORD.compareAndSet(this, now, now - IDLE + GENERATION + ARRIVING)) {
                    return true;
                }
            } else if (phase != ANSWERING) {
                return false;
            } else {
                spins = Spin.pause(spins);
            }
        }
    }

    /** The handler gets the operation that has arrived; the handle of the request, or {@link #WITHDRAWN}. */
    long handOver() {
        long now = word;
        long handled = now - ARRIVING + HANDLED;
        return isArriving(now) && WORD.compareAndSet(this, now, handled) ? handled : WITHDRAWN;
    }

    /** Takes back what has arrived, and is not with the handler; it will not be. Any thread; false if there is nothing. */
    boolean withdraw() {
        long now = word;
        return isArriving(now) && WORD.compareAndSet(this, now, now & ~PHASE_MASK);
    }

    private static boolean isArriving(long word) {
        return (word & PHASE_MASK) == ARRIVING;
    }

    /** The caller gets the operation from the handler, to answer it; false if the handler does not have that request. */
    boolean take(long handle) {
        return (handle & PHASE_MASK) == HANDLED && WORD.compareAndSet(this, handle, handle - HANDLED + ANSWERING);
    }

    /** Nobody has it any more. */
    void release() {
        word = word & ~PHASE_MASK;
    }

    /** As {@link #release}, if the request of this handle is being answered still; else it was released before. */
    boolean releaseIfStill(long handle) {
        long answering = handle - HANDLED + ANSWERING;
        return WORD.compareAndSet(this, answering, answering & ~PHASE_MASK);
    }

    /** What is the request's handle if the handler has one. */
    long handle() {
        return word;
    }

    /** Whether the handler has the request of this handle. */
    boolean isWithHandler(long handle) {
        return (handle & PHASE_MASK) == HANDLED && word == handle;
    }

    boolean isArriving() {
        return isArriving(word);
    }

    boolean isAnswering() {
        return (word & PHASE_MASK) == ANSWERING;
    }

    boolean isIdle() {
        return (word & PHASE_MASK) == IDLE;
    }
}
