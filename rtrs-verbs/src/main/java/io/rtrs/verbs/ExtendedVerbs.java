package io.rtrs.verbs;

import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.RdmaVerbs;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * DiSNI's verbs with what it lacks: capabilities, 64-bit regions, memory windows, modifiable work requests.
 *
 * <p>Beyond DiSNI's contract every provider gives:
 *
 * <ul>
 *   <li>{@code createCompChannel} returns a {@link CompletionChannel}.
 *   <li>{@code postSend} and {@code postRecv} return a {@link PostSend} and a {@link PostRecv}; {@code execute} throws
 *       {@link VerbsException} where {@code post} would return an errno.
 *   <li>{@code pollCQ} fills {@code IbvWC} objects in place without allocating: on failure {@code wr_id}, {@code status},
 *       {@code qp_num} and {@code vendor_err} are valid and the other fields are 0. {@code execute()} throws if the completion
 *       queue was overrun (after what came before has been polled) or destroyed.
 *   <li>{@code destroyCompChannel} may come before {@code destroyCQ} of its queues.
 *   <li>{@code deregMr} of a region that still has windows bound fails with EBUSY or EINVAL and changes nothing.
 * </ul>
 *
 * <p><b>Threading:</b> safe from any thread, but for the stateful call objects, which one thread uses at a time.
 */
public abstract class ExtendedVerbs extends RdmaVerbs {

    /** What the device of the context can do. */
    public abstract DeviceAttr queryDevice(IbvContext context) throws IOException;

    /**
     * Registers memory.
     *
     * <p>Providers in software refuse what a read or write by its key would end the process with, as the kernel does. Where
     * the memory is a file's that is truncated later, what touches it fails, {@code IBV_WC_LOC_PROT_ERR} for one's own work
     * request, {@code IBV_WC_REM_ACCESS_ERR} for the peer's. Memory known by its address alone must stay mapped.
     *
     * @param memory native memory that all threads may use: not of a confined arena; its address is the region's first
     * @param access {@code IbvMr.IBV_ACCESS_*}; remote write requires local write (spec/rtrs.md 17.1, 8)
     * @throws VerbsException with ENOMEM, the size and the locked-memory limit where that is the cause; EINVAL: heap memory,
     *     none at all, or of a confined arena; EFAULT: freed, not mapped, or read-only where {@code access} writes
     */
    public abstract MemoryRegion regMr(IbvPd pd, MemorySegment memory, int access) throws IOException;

    /**
     * Allocates a window.
     *
     * @param type {@link MemoryWindow#TYPE_1} or {@link MemoryWindow#TYPE_2}
     */
    public abstract MemoryWindow allocMw(IbvPd pd, int type) throws IOException;

    /** Frees a window; a bound one is revoked by it. */
    public abstract void deallocMw(MemoryWindow window) throws IOException;

    /** A stateful bind of a type-1 window over a region through a queue pair. */
    public abstract BindWindow bindMw(IbvQP qp, MemoryWindow window, MemoryRegion region) throws IOException;

    /**
     * Lays out a post-send of {@code count} work requests with up to {@code maxSge} SGEs each; all are SENDs without data
     * at first.
     */
    public abstract PostSend postSend(IbvQP qp, int count, int maxSge) throws IOException;

    /** Makes a batch that posts up to {@code capacity} chains, of calls of the queue pair, at once. */
    public abstract SendBatch sendBatch(IbvQP qp, int capacity) throws IOException;

    /** Lays out a post-receive of {@code count} work requests with up to {@code maxSge} SGEs each; without data at first. */
    public abstract PostRecv postRecv(IbvQP qp, int count, int maxSge) throws IOException;

    /**
     * Moves a queue pair to the error state: everything posted, signaled or not, completes with a flush error, and so does
     * what is posted later.
     */
    public abstract void modifyToError(IbvQP qp) throws IOException;

    /**
     * The queue pair acknowledges a message before it sends anything that is posted later. So who sends hears of his send's
     * completion before he sees the peer's answer to it, as with adapters. Software providers otherwise let
     * acknowledgements wait for company, which is faster; programs that came through DiSNI's static entry points have it.
     */
    public void acknowledgeFirst(IbvQP qp) throws IOException {
        // Adapters do by themselves.
    }

    /**
     * How long nothing has arrived from the peer of a queue pair, acknowledgements included.
     *
     * @return nanoseconds, since the connection if nothing ever came; negative where the provider cannot tell, as adapters
     *     cannot
     */
    public long silenceNs(IbvQP qp) {
        return -1;
    }

    /** The queue pair's state now: {@code IbvQP.IBV_QPS_*}. */
    public abstract int queryState(IbvQP qp) throws IOException;
}
