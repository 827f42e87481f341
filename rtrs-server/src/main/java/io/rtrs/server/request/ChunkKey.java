package io.rtrs.server.request;

import java.io.IOException;

/**
 * The client's key of one chunk in mode Y, given and taken through one connection (spec/rtrs.md 7.6): by a window
 * ({@link WindowKey}), or, where the device has none, by registering the chunk anew ({@link RegionKey}).
 *
 * <p><b>Threading:</b> whoever has the chunk's operation. <b>Allocation:</b> windows: none after construction and the first
 * grant; registering allocates, and enters the kernel where the device is not software.
 */
sealed interface ChunkKey permits WindowKey, RegionKey {
    /** {@link #revoke}: the key is gone already. */
    int REVOKED = Integer.MIN_VALUE;

    /** {@link #revoke}: the client cannot have this key yet, whose answer has not left. */
    int UNSENT = Integer.MIN_VALUE + 1;

    /** Whether {@link #grant} has filled a work request of the chain, which has to be posted. */
    boolean isChained();

    /** The key that was granted last. */
    int rkey();

    /**
     * Takes the key away.
     *
     * @param wr the work request to do it with
     * @return 0: it is under way, and reported as {@code REVOKE}; {@link #REVOKED}, {@link #UNSENT}, or an errno
     */
    int revoke(int wr);

    /** Makes a new key: fills the work request {@code wr}, or does it at once; 0 or an errno. */
    int grant(int wr);

    /**
     * Makes the first key of this chunk, without an answer.
     *
     * @param wr the work request to do it with, which is posted alone
     * @param workId its id
     * @param flags its flags
     * @return 0 or an errno
     */
    int grantFirst(int wr, long workId, int flags) throws IOException;

    /** Frees what belongs to this connection; the chunk's window or region is the memory's. */
    void free();
}
