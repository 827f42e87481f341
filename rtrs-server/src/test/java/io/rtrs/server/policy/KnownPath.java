package io.rtrs.server.policy;

import io.rtrs.core.state.ServerPathState;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.UUID;

/** A path as the decisions see it. */
record KnownPath(
        UUID sessionUuid,
        UUID uuid,
        InetAddress clientAddress,
        InetAddress serverAddress,
        ServerPathState state,
        int reconnectCount,
        int cidNum,
        int connectionCount,
        @Nullable String sessionName)
        implements PathEntry {

    @Override
    public boolean hasConnection(int cid) {
        return cid < connectionCount;
    }

    @Override
    public boolean halfOpen() {
        return state == ServerPathState.CONNECTING;
    }
}
