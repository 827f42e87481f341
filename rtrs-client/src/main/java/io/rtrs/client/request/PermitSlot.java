package io.rtrs.client.request;

import io.rtrs.client.Permit;
import io.rtrs.core.ConnectionType;
import org.jspecify.annotations.Nullable;

/**
 * One permit of a session, made once.
 *
 * <p><b>Threading:</b> all fields belong to the permit's owner; handing over goes through {@link PermitPool}, which orders
 * memory.
 */
public final class PermitSlot implements Permit {
    private final int id;
    private final PermitPool pool;
    private ConnectionType type = ConnectionType.IO;
    private @Nullable Object attachment;
    private int turn;
    private long waitNs;

    /** The paths that the request has tried, a bit for each of up to 128. */
    private long triedLow;

    private long triedHigh;

    PermitSlot(int id, PermitPool pool) {
        this.id = id;
        this.pool = pool;
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public ConnectionType type() {
        return type;
    }

    @Override
    public @Nullable Object attachment() {
        return attachment;
    }

    @Override
    public void attach(@Nullable Object value) {
        this.attachment = value;
    }

    /** The pool that it belongs to. */
    public PermitPool pool() {
        return pool;
    }

    /** Counts the requests of this permit, for policies that take turns. */
    public int nextTurn() {
        return turn++;
    }

    /** A request begins: it has tried no path. */
    public void forgetTried() {
        triedLow = 0;
        triedHigh = 0;
    }

    /** A path could not take the request; of at most 128. */
    public void markTried(int path) {
        if (path < Long.SIZE) {
            triedLow |= 1L << path;
        } else {
            triedHigh |= 1L << path;
        }
    }

    /** Whether the request has tried the path. */
    public boolean hasTried(int path) {
        return ((path < Long.SIZE ? triedLow : triedHigh) >>> path & 1) != 0;
    }

    /** How long the permit was waited for, if that was measured; once. */
    public long takeWaitNs() {
        long waited = waitNs;
        waitNs = 0;
        return waited;
    }

    /** The permit was waited for. */
    void waited(long ns) {
        waitNs = ns;
    }

    void onGet(ConnectionType wanted) {
        this.type = wanted;
    }

    void onPut() {
        this.attachment = null;
    }
}
