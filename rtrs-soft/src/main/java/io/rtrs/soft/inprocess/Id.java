package io.rtrs.soft.inprocess;

import com.ibm.disni.verbs.RdmaConnParam;
import io.rtrs.soft.connection.CmId;
import io.rtrs.soft.connection.EventChannel;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** One end of a connection, or a listener. Its fields are guarded by the {@link Fabric}. */
final class Id extends CmId {
    /** Where the id stands; each constant says what may come next. */
    enum State {
        /** Made; bind or resolve. */
        NEW,
        /** Has a local address; listen or resolve. */
        BOUND,
        /** Knows its device; resolve the route. */
        ADDRESS,
        /** Connect. */
        ROUTE,
        /** Takes connect requests. */
        LISTENING,
        /** Waits for the peer's answer. */
        CONNECTING,
        /** Made for a connect request; accept or reject. */
        REQUESTED,
        /** Data flows. */
        CONNECTED,
        /** Asked to disconnect; waits for the peer to do so too. */
        LEAVING,
        /** The peer asked to disconnect. */
        LEFT,
        /** Over; destroy. */
        CLOSED
    }

    State state = State.NEW;

    @Nullable
    Qp qp;

    @Nullable
    Id peer;

    /** The link that a passive id's queue pair will share. */
    @Nullable
    Link link;

    /** What the active side connected with; on the passive id. */
    @Nullable
    RdmaConnParam request;

    Id(EventChannel channel, int portSpace) throws IOException {
        super(channel, portSpace);
    }

    void attach(@Nullable Qp made) {
        qp = made;
        qpObj = made;
    }

    @Override
    public boolean listening() {
        return state == State.LISTENING;
    }
}
