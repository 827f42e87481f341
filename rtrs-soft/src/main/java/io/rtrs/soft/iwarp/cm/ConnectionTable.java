package io.rtrs.soft.iwarp.cm;

import static io.rtrs.soft.iwarp.cm.ConnectionAction.CLOSE;
import static io.rtrs.soft.iwarp.cm.ConnectionAction.FAIL_STREAM;
import static io.rtrs.soft.iwarp.cm.ConnectionAction.OPEN;
import static io.rtrs.soft.iwarp.cm.ConnectionAction.SEND_LAST_WORDS;
import static io.rtrs.soft.iwarp.cm.ConnectionAction.SEND_REJECT;
import static io.rtrs.soft.iwarp.cm.ConnectionAction.SEND_REPLY;
import static io.rtrs.soft.iwarp.cm.ConnectionAction.SEND_REQUEST;
import static io.rtrs.soft.iwarp.cm.ConnectionAction.SHUT;
import static io.rtrs.soft.iwarp.cm.ConnectionAction.START_STREAM;
import static io.rtrs.soft.iwarp.cm.ConnectionAction.TELL_DISCONNECTED;
import static io.rtrs.soft.iwarp.cm.ConnectionAction.TELL_ESTABLISHED;
import static io.rtrs.soft.iwarp.cm.ConnectionAction.TELL_HUNG_UP;
import static io.rtrs.soft.iwarp.cm.ConnectionAction.TELL_NOBODY;
import static io.rtrs.soft.iwarp.cm.ConnectionAction.TELL_REJECTED;
import static io.rtrs.soft.iwarp.cm.ConnectionAction.TELL_REQUEST;
import static io.rtrs.soft.iwarp.cm.ConnectionAction.TELL_UNREACHABLE;
import static io.rtrs.soft.iwarp.cm.ConnectionAction.TELL_UNUSABLE;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.ACCEPT;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.ACCEPT_PEER;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.BOTH_ENDED;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.CONNECT;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.DESTROY;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.DISCONNECT;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.FIRST_MESSAGE;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.PEER_ENDED;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.REFUSE;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.REPLY;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.REPLY_REJECTS;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.REPLY_UNUSABLE;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.REQUEST;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.REQUEST_UNUSABLE;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.RESET;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.STREAM_OVER;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.TCP_ACCEPTED;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.TCP_CONNECTED;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.TCP_FAILED;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.TCP_REFUSED;
import static io.rtrs.soft.iwarp.cm.ConnectionEvent.TIMEOUT;
import static io.rtrs.soft.iwarp.cm.ConnectionState.AWAIT_FIRST;
import static io.rtrs.soft.iwarp.cm.ConnectionState.AWAIT_REQ;
import static io.rtrs.soft.iwarp.cm.ConnectionState.CLOSED;
import static io.rtrs.soft.iwarp.cm.ConnectionState.CLOSING;
import static io.rtrs.soft.iwarp.cm.ConnectionState.ESTABLISHED;
import static io.rtrs.soft.iwarp.cm.ConnectionState.IDLE;
import static io.rtrs.soft.iwarp.cm.ConnectionState.REQ_RCVD;
import static io.rtrs.soft.iwarp.cm.ConnectionState.REQ_SENT;
import static io.rtrs.soft.iwarp.cm.ConnectionState.TCP_CONNECTING;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The transitions of a connection as data (spec/iwarp.md 16.2, 16.4, 17). What the table does not name is ignored if the
 * socket, the stream or a timer brings it, and refused if it is a command.
 *
 * <p><b>Threading</b>: immutable.
 */
public final class ConnectionTable {
    private static final Map<ConnectionState, Map<ConnectionEvent, Step>> STEPS = new EnumMap<>(ConnectionState.class);

    static {
        asking();
        asked();
        established();
        ending();
        theRest();
    }

    private ConnectionTable() {}

    /** What the event does in the state. */
    public static Step step(ConnectionState state, ConnectionEvent event) {
        Map<ConnectionEvent, Step> row = STEPS.get(state);
        Step step = row == null ? null : row.get(event);
        if (step == null) {
            throw new AssertionError("the table is complete by construction");
        }
        return step;
    }

    private static void asking() {
        on(IDLE, CONNECT, TCP_CONNECTING, OPEN);
        on(TCP_CONNECTING, TCP_CONNECTED, REQ_SENT, SEND_REQUEST);
        on(TCP_CONNECTING, TCP_REFUSED, CLOSED, FAIL_STREAM, TELL_NOBODY, CLOSE);
        on(TCP_CONNECTING, TCP_FAILED, CLOSED, FAIL_STREAM, TELL_UNREACHABLE, CLOSE);
        on(REQ_SENT, REPLY, ESTABLISHED, START_STREAM, TELL_ESTABLISHED);
        on(REQ_SENT, REPLY_REJECTS, CLOSED, FAIL_STREAM, TELL_REJECTED, CLOSE);
        on(REQ_SENT, REPLY_UNUSABLE, CLOSING, SEND_LAST_WORDS, FAIL_STREAM, TELL_UNUSABLE, SHUT);
        on(REQ_SENT, PEER_ENDED, CLOSED, FAIL_STREAM, TELL_HUNG_UP, CLOSE);
        on(REQ_SENT, RESET, CLOSED, FAIL_STREAM, TELL_HUNG_UP, CLOSE);
        for (ConnectionState state : List.of(TCP_CONNECTING, REQ_SENT)) {
            on(state, TIMEOUT, CLOSED, FAIL_STREAM, TELL_UNREACHABLE, CLOSE);
            on(state, DESTROY, CLOSED, FAIL_STREAM, CLOSE);
        }
    }

    private static void asked() {
        on(IDLE, TCP_ACCEPTED, AWAIT_REQ);
        on(AWAIT_REQ, REQUEST, REQ_RCVD, TELL_REQUEST);
        on(AWAIT_REQ, REQUEST_UNUSABLE, CLOSED, SEND_LAST_WORDS, CLOSE);
        for (ConnectionEvent end : List.of(PEER_ENDED, RESET, TIMEOUT, DESTROY)) {
            on(AWAIT_REQ, end, CLOSED, CLOSE);
        }
        on(REQ_RCVD, ACCEPT, ESTABLISHED, SEND_REPLY, START_STREAM, TELL_ESTABLISHED);
        on(REQ_RCVD, ACCEPT_PEER, AWAIT_FIRST, SEND_REPLY, START_STREAM);
        on(REQ_RCVD, REFUSE, CLOSING, SEND_REJECT, SHUT);
        on(REQ_RCVD, DESTROY, CLOSING, SEND_REJECT, SHUT);
        on(REQ_RCVD, PEER_ENDED, CLOSED, CLOSE);
        on(REQ_RCVD, RESET, CLOSED, CLOSE);
    }

    private static void established() {
        on(AWAIT_FIRST, FIRST_MESSAGE, ESTABLISHED, TELL_ESTABLISHED);
        for (ConnectionState state : List.of(AWAIT_FIRST, ESTABLISHED)) {
            on(state, DISCONNECT, CLOSING, FAIL_STREAM, SHUT);
            on(state, DESTROY, CLOSING, FAIL_STREAM, SHUT);
            on(state, STREAM_OVER, CLOSING, FAIL_STREAM, TELL_DISCONNECTED, SHUT);
            on(state, PEER_ENDED, CLOSING, FAIL_STREAM, TELL_DISCONNECTED, SHUT);
            on(state, RESET, CLOSED, FAIL_STREAM, TELL_DISCONNECTED, CLOSE);
        }
    }

    private static void ending() {
        on(CLOSING, PEER_ENDED, CLOSING, TELL_DISCONNECTED);
        on(CLOSING, BOTH_ENDED, CLOSED, TELL_DISCONNECTED, CLOSE);
        on(CLOSING, RESET, CLOSED, TELL_DISCONNECTED, CLOSE);
        on(CLOSING, TIMEOUT, CLOSED, TELL_DISCONNECTED, CLOSE);
        for (ConnectionState state : List.of(CLOSING, CLOSED)) {
            on(state, DISCONNECT, state);
            on(state, DESTROY, state);
        }
        on(IDLE, DESTROY, CLOSED, CLOSE);
    }

    private static void theRest() {
        for (ConnectionState state : ConnectionState.values()) {
            Map<ConnectionEvent, Step> row = STEPS.computeIfAbsent(state, from -> new EnumMap<>(ConnectionEvent.class));
            for (ConnectionEvent event : ConnectionEvent.values()) {
                Step.Outcome outcome = event.isCommand() ? Step.Outcome.REFUSE : Step.Outcome.IGNORE;
                row.putIfAbsent(event, new Step(outcome, state, List.of()));
            }
        }
    }

    private static void on(
            ConnectionState from, ConnectionEvent event, ConnectionState to, ConnectionAction... actions) {
        Step step = new Step(Step.Outcome.ACT, to, List.of(actions));
        Step earlier = STEPS.computeIfAbsent(from, state -> new EnumMap<>(ConnectionEvent.class))
                .put(event, step);
        if (earlier != null) {
            throw new IllegalStateException(event + " in " + from + " is named twice");
        }
    }
}
