package io.rtrs.verbs;

import com.ibm.disni.verbs.IbvPd;

/**
 * A memory window: a key over a part of a region that can be given out and taken back without registering anew.
 *
 * <p>Type 1 is valid on every queue pair of its protection domain; it is bound, re-bound and (with length 0) revoked by
 * {@link BindWindow}. Type 2 is valid on the queue pair that bound it ({@link PostSend#bindWindow}) until it is
 * invalidated by LOCAL_INV or by the peer's SEND_WITH_INV.
 *
 * <p><b>Threading:</b> one owner binds and reads the key; nothing here is synchronised.
 */
public abstract class MemoryWindow {
    /** {@code IBV_MW_TYPE_1}. */
    public static final int TYPE_1 = 1;

    /** {@code IBV_MW_TYPE_2}. */
    public static final int TYPE_2 = 2;

    private final IbvPd pd;
    private final int type;

    /** Called by providers. */
    protected MemoryWindow(IbvPd pd, int type) {
        this.pd = pd;
        this.type = type;
    }

    /** The protection domain that it was allocated in. */
    public final IbvPd pd() {
        return pd;
    }

    /** {@link #TYPE_1} or {@link #TYPE_2}. */
    public final int type() {
        return type;
    }

    /**
     * The key of the last bind that was posted; before the first bind the key that the allocation gave. For type 2 the
     * next bind is made with {@link #nextRkey(int)} of it.
     */
    public abstract int rkey();

    /**
     * Ends the binding, of either type, in the caller's thread: when it returns true, nothing moves through the window any
     * more, and its key is refused until the next bind. To be counted on where {@link DeviceAttr#windowsAtHand} says so.
     * <b>Threading:</b> any thread, but not while another binds the same window; may wait for one packet.
     *
     * @return false if a bind was prepared or posted and is not executed yet: then nothing has changed, and its key may become
     *     good
     * @throws UnsupportedOperationException if the windows are in an adapter or in the kernel
     */
    public boolean revoke() {
        throw new UnsupportedOperationException("the windows of this device are not at hand");
    }

    /** The key after {@code rkey}: its low eight bits, the consumer's part, incremented (C: {@code ibv_inc_rkey}). */
    public static int nextRkey(int rkey) {
        return (rkey & 0xffffff00) | ((rkey + 1) & 0xff);
    }
}
