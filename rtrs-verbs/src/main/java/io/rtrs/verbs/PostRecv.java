package io.rtrs.verbs;

import com.ibm.disni.verbs.SVCPostRecv;

/**
 * DiSNI's stateful post-receive with every field of its work requests open to change; the twin of {@link PostSend}, whose
 * rules hold here.
 */
public abstract class PostRecv extends SVCPostRecv {

    /** Work requests in the array. */
    public abstract int count();

    /** Sets the id that the completion carries. */
    public abstract PostRecv wrId(int wr, long wrId);

    /** Sets one SGE; {@code length} in bytes. */
    public abstract PostRecv sge(int wr, int index, long address, int length, int lkey);

    /** Sets how many SGEs of the work request count; 0 takes messages without payload only. */
    public abstract PostRecv numSge(int wr, int count);

    /**
     * Posts {@code count} work requests from {@code first} on as one chain.
     *
     * @return 0, or a positive errno; see {@link PostSend#post}
     */
    public abstract int post(int first, int count);

    /** After a failed {@link #post}: the index of the first work request that was not posted. */
    public abstract int badWr();
}
