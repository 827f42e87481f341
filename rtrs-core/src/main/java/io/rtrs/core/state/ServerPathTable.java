package io.rtrs.core.state;

import static io.rtrs.core.state.ServerPathEvent.CLOSE;
import static io.rtrs.core.state.ServerPathEvent.INFO_ACCEPTED;
import static io.rtrs.core.state.ServerPathState.CLOSED;
import static io.rtrs.core.state.ServerPathState.CLOSING;
import static io.rtrs.core.state.ServerPathState.CONNECTED;
import static io.rtrs.core.state.ServerPathState.CONNECTING;

/** The transitions of a server's path: exactly those of spec/rtrs.md 6.2. */
public final class ServerPathTable {
    /** The table. */
    public static final TransitionTable<ServerPathState, ServerPathEvent> TABLE = TransitionTable.of(
                    "Server path", ServerPathState.class, ServerPathEvent.class, CONNECTING)
            .on(INFO_ACCEPTED, CONNECTED, CONNECTING)
            .on(CLOSE, CLOSING, CONNECTING, CONNECTED)
            .on(ServerPathEvent.CLOSED, CLOSED, CLOSING)
            // A close wins over an INFO_REQ that is being looked at.
            .ignore(INFO_ACCEPTED, CLOSING, CLOSED)
            .ignore(CLOSE, CLOSING, CLOSED)
            .build();

    private ServerPathTable() {}
}
