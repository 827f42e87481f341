package io.rtrs.soft.iwarp.driver;

import io.rtrs.soft.Device;
import io.rtrs.soft.connection.CmId;
import io.rtrs.soft.connection.EventChannel;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** One end of a connection, or a listener. Its fields are guarded by its monitor, but for the queue pair while nobody makes or destroys it. */
final class IwarpId extends CmId {
    /** Where the id stands before its connection has a state of its own; each constant says what may come next. */
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
        /** Its connection says what may come next. */
        CONNECTION,
        /** Destroyed. */
        GONE
    }

    State state = State.NEW;

    /** Its socket and what drives it, once it has a local address. */
    @Nullable
    StreamDrive drive;

    /** What a listener listens with. */
    @Nullable
    Listening listening;

    @Nullable
    IwarpQp qp;

    IwarpId(EventChannel channel, int portSpace) throws IOException {
        super(channel, portSpace);
    }

    void device(Device device) {
        setVerbs(device);
        setPort_num((byte) 1);
    }

    void attach(@Nullable IwarpQp made) {
        qp = made;
        qpObj = made;
    }

    @Override
    public boolean listening() {
        return state == State.LISTENING;
    }
}
