package io.rtrs.verbs;

import com.ibm.disni.verbs.StatefulVerbCall;

/**
 * A stateful {@code ibv_bind_mw} of one type-1 window over one region: made once, executed often with other ranges.
 *
 * <p><b>Allocation:</b> {@link #bind} allocates nothing. <b>Threading:</b> one thread at a time. The memory of the call
 * belongs to it until {@link #free()}.
 */
public abstract class BindWindow implements StatefulVerbCall<BindWindow> {

    /**
     * Posts the bind; the window's new key is known on return and valid once the bind is executed, which the queue pair
     * does in the order of posting: a later send on the same queue pair may carry the key.
     *
     * @param wrId comes back in the completion; reported only with {@code IBV_SEND_SIGNALED} in {@code flags}, or on
     *     failure
     * @param flags send flags
     * @param address first byte of the range, inside the region
     * @param length bytes; 0 revokes the window
     * @param access {@code IbvMr.IBV_ACCESS_REMOTE_*}
     * @return 0, or a positive errno if nothing was posted (ENOMEM: the send queue is full)
     */
    public abstract int bind(long wrId, int flags, long address, long length, int access);

    /** The window. */
    public abstract MemoryWindow window();
}
