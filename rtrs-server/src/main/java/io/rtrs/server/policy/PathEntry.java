package io.rtrs.server.policy;

import io.rtrs.core.state.ServerPathState;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.UUID;

/** What the decisions need to know of a path. */
public interface PathEntry {
    /** The path's identity. */
    UUID uuid();

    /** The session that it belongs to. */
    UUID sessionUuid();

    /** Where the client is. */
    InetAddress clientAddress();

    /** Where it connected to. */
    InetAddress serverAddress();

    /** The path's state. */
    ServerPathState state();

    /** The client's attempt to connect that it was made in, of 16 bits (CON_REQ.recon_cnt). */
    int reconnectCount();

    /** How many connections its first CON_REQ announced. */
    int cidNum();

    /** Whether the connection exists. */
    boolean hasConnection(int cid);

    /** How many connections exist. */
    int connectionCount();

    /** The session's name as this path's INFO_REQ gave it; null before. */
    @Nullable
    String sessionName();

    /** Whether it is neither closed nor on its way to that. */
    default boolean isOpen() {
        return state() == ServerPathState.CONNECTING || state() == ServerPathState.CONNECTED;
    }

    /** Whether INFO has not been completed yet. */
    boolean halfOpen();
}
