package io.rtrs.verbs;

import com.ibm.disni.verbs.SVCPostSend;

/**
 * DiSNI's stateful post-send with every field of its work requests open to change.
 *
 * <p>The call owns an array of work requests, each with room for a fixed number of SGEs, laid out once by {@link
 * ExtendedVerbs#postSend(com.ibm.disni.verbs.IbvQP, int, int)} or from DiSNI's lists. The hot path changes fields and
 * posts any consecutive part of the array as one chain.
 *
 * <p><b>Allocation:</b> no method allocates. <b>Threading:</b> one thread at a time per call object; calls of the same
 * queue pair may post from different threads at once. <b>Ownership:</b> the array belongs to the call and may be changed
 * as soon as {@link #post} has returned; the data that its SGEs name stays with the queue pair until completion.
 *
 * <p>Fields that an opcode does not use are ignored. A field keeps its value until it is set again, except where
 * {@link #opcode} says so.
 */
public abstract class PostSend extends SVCPostSend {

    /** Work requests in the array. */
    public abstract int count();

    /** SGEs that each has room for. */
    public abstract int maxSge();

    /** Sets the id that the completion carries. */
    public abstract PostSend wrId(int wr, long wrId);

    /** Sets the opcode, one of {@link WrOpcode}. Fields shared by several opcodes (key, address) are then undefined. */
    public abstract PostSend opcode(int wr, int opcode);

    /** Sets the send flags: {@code IbvSendWR.IBV_SEND_*}. */
    public abstract PostSend flags(int wr, int flags);

    /**
     * Sets the immediate of SEND_WITH_IMM and RDMA_WRITE_WITH_IMM.
     *
     * @param value host byte order; it travels big-endian. (DiSNI's own {@code imm_data}, here and in completions, is the
     *     raw word in network order as in C: {@link Imm} converts.)
     */
    public abstract PostSend imm(int wr, int value);

    /** Sets the key that LOCAL_INV or SEND_WITH_INV invalidates. */
    public abstract PostSend invalidate(int wr, int rkey);

    /** Sets the remote side of an RDMA operation. */
    public abstract PostSend remote(int wr, long address, int rkey);

    /** Sets one SGE; {@code length} in bytes. */
    public abstract PostSend sge(int wr, int index, long address, int length, int lkey);

    /** Sets how many SGEs of the work request count: 0 to {@link #maxSge()}. */
    public abstract PostSend numSge(int wr, int count);

    /**
     * Makes the work request a BIND_MW of a window; the window's {@link MemoryWindow#rkey()} is {@code rkey} from now on.
     *
     * <p>The interface is meant for windows of type 2. Windows of type 1 are bound so by the software providers, rxe and
     * most drivers, whose {@code ibv_bind_mw} is nothing else; a device that insists on {@link BindWindow} refuses the
     * post with EINVAL or EPERM.
     *
     * @param rkey the new key: the old one with another consumer part ({@link MemoryWindow#nextRkey})
     * @param length bytes; 0 revokes a window of type 1
     * @param access {@code IbvMr.IBV_ACCESS_REMOTE_*}
     */
    public abstract PostSend bindWindow(
            int wr, MemoryWindow window, int rkey, MemoryRegion region, long address, long length, int access);

    /**
     * Posts {@code count} work requests from {@code first} on as one chain.
     *
     * @return 0, or a positive errno: then those before {@link #badWr()} were posted and the rest was not (ENOMEM: the
     *     send queue is full; EINVAL: a field is wrong, or the queue pair is in the wrong state)
     */
    public abstract int post(int first, int count);

    /** After a failed {@link #post}: the index of the first work request that was not posted. */
    public abstract int badWr();
}
