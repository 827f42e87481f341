package io.rtrs.soft.roce.driver;

import io.rtrs.soft.connection.CmId;
import io.rtrs.soft.connection.EventChannel;
import io.rtrs.soft.connection.IdState;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One end of a connection, or a listener. Its fields are guarded by the {@link Registry}, but for what stays: a listener's
 * local address and backlog, and the queue pair while nobody makes or destroys it.
 */
final class SoftId extends CmId {
    IdState state = IdState.NEW;

    /** The site of its local address, once it has one. */
    @Nullable
    Site site;

    /** Its connection's handle; 0 while it has none. */
    long connection;

    /** How many requests a listener leaves undecided at most. */
    int backlog;

    /** A listener's handle at each address. */
    final Map<Site, Long> listeners = new LinkedHashMap<>();

    /** Whether a listener at the wildcard hears its first addresses; before that, nobody else lets it hear more. */
    boolean listensEverywhere;

    @Nullable
    SoftQp qp;

    SoftId(EventChannel channel, int portSpace) throws IOException {
        super(channel, portSpace);
    }

    void attach(@Nullable SoftQp made) {
        qp = made;
        qpObj = made;
    }

    @Override
    public boolean listening() {
        return state == IdState.LISTENING;
    }
}
