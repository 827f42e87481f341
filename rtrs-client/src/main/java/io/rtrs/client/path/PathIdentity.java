package io.rtrs.client.path;

import io.rtrs.core.wire.ConReq;

import java.util.UUID;

/**
 * Who a path is to the server: its UUIDs, the count of attempts, and the permission to create a session (spec/rtrs.md 5.1).
 *
 * <p><b>Threading:</b> the control thread; the UUIDs are immutable.
 */
public final class PathIdentity {
    private final UUID sessionUuid;
    private final UUID pathUuid;
    private boolean firstConnection;
    private int attempts;

    /**
     * Makes the identity of a new path.
     *
     * @param first whether it is the first path of its session
     */
    public PathIdentity(UUID sessionUuid, UUID pathUuid, boolean first) {
        this.sessionUuid = sessionUuid;
        this.pathUuid = pathUuid;
        this.firstConnection = first;
    }

    /** The path's UUID, the same over reconnects. */
    public UUID pathUuid() {
        return pathUuid;
    }

    /** An attempt to establish the path begins. */
    public void onAttempt() {
        attempts++;
    }

    /** The server has accepted con 0: it knows the session, so this path may create it anew from now on. */
    public void onServiceAccepted() {
        firstConnection = true;
    }

    /** The message that opens a connection. */
    public ConReq request(int cid, int cidNum) {
        return new ConReq(cid, cidNum, attempts, pathUuid, sessionUuid, firstConnection);
    }
}
