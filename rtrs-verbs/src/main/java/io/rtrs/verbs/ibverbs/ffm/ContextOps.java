package io.rtrs.verbs.ibverbs.ffm;

import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_context;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The verbs that are inline functions in C: they jump through the operation table of their context, and have no symbols.
 *
 * <p>The addresses are read once per context. The handles are constants that take the address first, so that one handle
 * serves all contexts and the compiler inlines it. Results are errno values, not captured ones. <b>Allocation:</b> none
 * in {@link #postSend}, {@link #postRecv}, {@link #pollCq}, {@link #reqNotifyCq}, {@link #bindMw}.
 *
 * <p>A <em>critical</em> call skips the thread-state transition, some two nanoseconds, and holds up garbage collection
 * until it returns: only for functions that stay in user space and return at once ({@link CallPolicy}).
 */
public final class ContextOps {
    private static final Linker.Option CRITICAL = Linker.Option.critical(false);

    private static final MethodHandle THREE = Libraries.pointer(Libraries.type("ILLL"));
    private static final MethodHandle THREE_CRITICAL = Libraries.pointer(Libraries.type("ILLL"), CRITICAL);
    private static final MethodHandle POLL = Libraries.pointer(Libraries.type("ILIL"));
    private static final MethodHandle POLL_CRITICAL = Libraries.pointer(Libraries.type("ILIL"), CRITICAL);
    private static final MethodHandle NOTIFY = Libraries.pointer(Libraries.type("ILI"));
    private static final MethodHandle ALLOC_MW = Libraries.pointer(Libraries.type("LLI"), Errno.CAPTURE);
    private static final MethodHandle DEALLOC_MW = Libraries.pointer(Libraries.type("IL"));

    private final MemorySegment allocMw;
    private final MemorySegment bindMw;
    private final MemorySegment deallocMw;
    private final MemorySegment pollCq;
    private final MemorySegment reqNotifyCq;
    private final MemorySegment postSend;
    private final MemorySegment postRecv;
    private final boolean criticalPoll;
    private final boolean criticalPost;

    /** Reads the table of a {@code struct ibv_context}. */
    public ContextOps(long context, CallPolicy policy) {
        allocMw = function(context + ibv_context.ops_alloc_mw);
        bindMw = function(context + ibv_context.ops_bind_mw);
        deallocMw = function(context + ibv_context.ops_dealloc_mw);
        pollCq = function(context + ibv_context.ops_poll_cq);
        reqNotifyCq = function(context + ibv_context.ops_req_notify_cq);
        postSend = function(context + ibv_context.ops_post_send);
        postRecv = function(context + ibv_context.ops_post_recv);
        criticalPoll = policy.criticalPoll();
        criticalPost = policy.criticalPost();
    }

    private static MemorySegment function(long slot) {
        return MemorySegment.ofAddress(NativeMemory.getLong(slot));
    }

    /** C: {@code ibv_post_send}; 0 or a positive errno, with the first WR not posted at {@code badWr}. */
    public int postSend(long qp, long wr, long badWr) {
        return three(postSend, qp, wr, badWr);
    }

    /** C: {@code ibv_post_recv}. */
    public int postRecv(long qp, long wr, long badWr) {
        return three(postRecv, qp, wr, badWr);
    }

    /** C: {@code ibv_bind_mw}, whose checks the caller makes. */
    public int bindMw(long qp, long mw, long mwBind) {
        if (bindMw.address() == 0) {
            return Errno.EOPNOTSUPP;
        }
        return three(bindMw, qp, mw, mwBind);
    }

    private int three(MemorySegment function, long first, long second, long third) {
        try {
            int errno = criticalPost
                    ? (int) THREE_CRITICAL.invokeExact(function, first, second, third)
                    : (int) THREE.invokeExact(function, first, second, third);
            return Math.abs(errno); // rxe returns some of its refusals negative, as the kernel does
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    /** C: {@code ibv_poll_cq}; how many completions were taken, negative if the queue failed. */
    public int pollCq(long cq, int entries, long wc) {
        try {
            return criticalPoll
                    ? (int) POLL_CRITICAL.invokeExact(pollCq, cq, entries, wc)
                    : (int) POLL.invokeExact(pollCq, cq, entries, wc);
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    /** C: {@code ibv_req_notify_cq}. */
    public int reqNotifyCq(long cq, int solicitedOnly) {
        try {
            return (int) NOTIFY.invokeExact(reqNotifyCq, cq, solicitedOnly);
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    /** C: {@code ibv_alloc_mw}; 0 with {@link Errno#last()} on failure. */
    public long allocMw(long pd, int type) {
        try {
            return (long) ALLOC_MW.invokeExact(allocMw, Errno.state(), pd, type);
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    /** Whether the driver has windows at all; {@link #allocMw} must not be called where not. */
    public boolean hasWindows() {
        return allocMw.address() != 0;
    }

    /** C: {@code ibv_dealloc_mw}; 0 or a positive errno. */
    public int deallocMw(long mw) {
        try {
            return (int) DEALLOC_MW.invokeExact(deallocMw, mw);
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }
}
