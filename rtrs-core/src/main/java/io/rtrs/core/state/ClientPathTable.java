package io.rtrs.core.state;

import static io.rtrs.core.state.ClientPathEvent.ATTEMPT;
import static io.rtrs.core.state.ClientPathEvent.ATTEMPT_FAILED;
import static io.rtrs.core.state.ClientPathEvent.CLOSE;
import static io.rtrs.core.state.ClientPathEvent.ERROR;
import static io.rtrs.core.state.ClientPathEvent.ESTABLISHED;
import static io.rtrs.core.state.ClientPathEvent.RECONNECT;
import static io.rtrs.core.state.ClientPathEvent.REMOVE;
import static io.rtrs.core.state.ClientPathState.CLOSED;
import static io.rtrs.core.state.ClientPathState.CLOSING;
import static io.rtrs.core.state.ClientPathState.CONNECTED;
import static io.rtrs.core.state.ClientPathState.CONNECTING;
import static io.rtrs.core.state.ClientPathState.CONNECTING_ERR;
import static io.rtrs.core.state.ClientPathState.DEAD;
import static io.rtrs.core.state.ClientPathState.RECONNECTING;

/** The transitions of a client's path: exactly those of spec/rtrs.md 6.1. */
public final class ClientPathTable {
    /** The table. */
    public static final TransitionTable<ClientPathState, ClientPathEvent> TABLE = TransitionTable.of(
                    "Client path", ClientPathState.class, ClientPathEvent.class, CONNECTING)
            .on(ATTEMPT, CONNECTING, RECONNECTING)
            .on(ESTABLISHED, CONNECTED, CONNECTING)
            .on(ERROR, CONNECTING_ERR, CONNECTING)
            .on(ERROR, RECONNECTING, CONNECTED)
            .on(ATTEMPT_FAILED, RECONNECTING, CONNECTING_ERR)
            .on(RECONNECT, RECONNECTING, CLOSED, CONNECTED, CONNECTING_ERR)
            .on(CLOSE, CLOSING, CONNECTING, CONNECTING_ERR, RECONNECTING, CONNECTED)
            .on(ClientPathEvent.CLOSED, CLOSED, CLOSING)
            .on(REMOVE, DEAD, CLOSED)
            // A second failure, or one reported late, finds the path torn down or being so.
            .ignore(ERROR, CONNECTING_ERR, RECONNECTING, CLOSING, CLOSED, DEAD)
            // INFO_RSP may still be processed while an error or a close has already won.
            .ignore(ESTABLISHED, CONNECTING_ERR, RECONNECTING, CLOSING, CLOSED, DEAD)
            // The delayed attempt finds that somebody closed, reconnected or removed the path meanwhile.
            .ignore(ATTEMPT, CONNECTING, CONNECTING_ERR, CONNECTED, CLOSING, CLOSED, DEAD)
            .ignore(ATTEMPT_FAILED, RECONNECTING, CLOSING, CLOSED, DEAD)
            // By hand: the pending attempt is forced (RECONNECTING); the others answer EBUSY.
            .ignore(RECONNECT, RECONNECTING, CONNECTING, CLOSING, DEAD)
            .ignore(CLOSE, CLOSING, CLOSED, DEAD)
            .ignore(REMOVE, DEAD)
            .build();

    private ClientPathTable() {}
}
