package io.rtrs.soft.iwarp.driver;

import io.rtrs.soft.connection.CmId;
import io.rtrs.soft.connection.EventChannel;
import io.rtrs.soft.connection.IdState;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** One end of a connection, or a listener. Its fields are guarded by its monitor, but for the queue pair while nobody makes or destroys it. */
final class IwarpId extends CmId {
    IdState state = IdState.NEW;

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

    void attach(@Nullable IwarpQp made) {
        qp = made;
        qpObj = made;
    }

    @Override
    public boolean listening() {
        return state == IdState.LISTENING;
    }
}
