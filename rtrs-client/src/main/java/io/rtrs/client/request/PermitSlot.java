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

    void onGet(ConnectionType wanted) {
        this.type = wanted;
    }

    void onPut() {
        this.attachment = null;
    }
}
