package io.rtrs.soft.roce.cm;

import static io.rtrs.soft.roce.cm.ConnectionAction.FAIL_QUEUE_PAIR;
import static io.rtrs.soft.roce.cm.ConnectionAction.GIVE_UP;
import static io.rtrs.soft.roce.cm.ConnectionAction.REJECT_REPLY;
import static io.rtrs.soft.roce.cm.ConnectionAction.REJECT_REPLY_STALE;
import static io.rtrs.soft.roce.cm.ConnectionAction.REJECT_REQUEST;
import static io.rtrs.soft.roce.cm.ConnectionAction.REJECT_REQUEST_STALE;
import static io.rtrs.soft.roce.cm.ConnectionAction.REPORT_CONNECT_ERROR;
import static io.rtrs.soft.roce.cm.ConnectionAction.REPORT_DISCONNECTED;
import static io.rtrs.soft.roce.cm.ConnectionAction.REPORT_DISCONNECT_TIMEOUT;
import static io.rtrs.soft.roce.cm.ConnectionAction.REPORT_ESTABLISHED;
import static io.rtrs.soft.roce.cm.ConnectionAction.REPORT_REJECTED;
import static io.rtrs.soft.roce.cm.ConnectionAction.REPORT_REQUEST;
import static io.rtrs.soft.roce.cm.ConnectionAction.REPORT_STALE;
import static io.rtrs.soft.roce.cm.ConnectionAction.REPORT_TIMEWAIT_EXIT;
import static io.rtrs.soft.roce.cm.ConnectionAction.REPORT_UNREACHABLE;
import static io.rtrs.soft.roce.cm.ConnectionAction.SEND_DREP;
import static io.rtrs.soft.roce.cm.ConnectionAction.SEND_DREQ;
import static io.rtrs.soft.roce.cm.ConnectionAction.SEND_MRA;
import static io.rtrs.soft.roce.cm.ConnectionAction.SEND_REP;
import static io.rtrs.soft.roce.cm.ConnectionAction.SEND_REQ;
import static io.rtrs.soft.roce.cm.ConnectionAction.SEND_RTU;
import static io.rtrs.soft.roce.cm.ConnectionEvent.ACCEPT;
import static io.rtrs.soft.roce.cm.ConnectionEvent.CONNECT;
import static io.rtrs.soft.roce.cm.ConnectionEvent.DESTROY;
import static io.rtrs.soft.roce.cm.ConnectionEvent.DISCONNECT;
import static io.rtrs.soft.roce.cm.ConnectionEvent.DISCONNECT_REPLY;
import static io.rtrs.soft.roce.cm.ConnectionEvent.DISCONNECT_REQUEST;
import static io.rtrs.soft.roce.cm.ConnectionEvent.EXHAUSTED;
import static io.rtrs.soft.roce.cm.ConnectionEvent.FIRST_REQUEST;
import static io.rtrs.soft.roce.cm.ConnectionEvent.MRA;
import static io.rtrs.soft.roce.cm.ConnectionEvent.READY;
import static io.rtrs.soft.roce.cm.ConnectionEvent.REFUSE;
import static io.rtrs.soft.roce.cm.ConnectionEvent.REJECT;
import static io.rtrs.soft.roce.cm.ConnectionEvent.REJECT_MTU;
import static io.rtrs.soft.roce.cm.ConnectionEvent.REJECT_STALE;
import static io.rtrs.soft.roce.cm.ConnectionEvent.REPLY;
import static io.rtrs.soft.roce.cm.ConnectionEvent.REPLY_STALE;
import static io.rtrs.soft.roce.cm.ConnectionEvent.REPLY_UNUSABLE;
import static io.rtrs.soft.roce.cm.ConnectionEvent.REQUEST;
import static io.rtrs.soft.roce.cm.ConnectionEvent.REQUEST_AGAIN;
import static io.rtrs.soft.roce.cm.ConnectionEvent.STALE;
import static io.rtrs.soft.roce.cm.ConnectionEvent.TIMER;
import static io.rtrs.soft.roce.cm.ConnectionEvent.UNREACHABLE;
import static io.rtrs.soft.roce.cm.ConnectionState.CLOSED;
import static io.rtrs.soft.roce.cm.ConnectionState.DREQ_RCVD;
import static io.rtrs.soft.roce.cm.ConnectionState.DREQ_SENT;
import static io.rtrs.soft.roce.cm.ConnectionState.ESTABLISHED;
import static io.rtrs.soft.roce.cm.ConnectionState.IDLE;
import static io.rtrs.soft.roce.cm.ConnectionState.MRA_REP_RCVD;
import static io.rtrs.soft.roce.cm.ConnectionState.MRA_REQ_RCVD;
import static io.rtrs.soft.roce.cm.ConnectionState.MRA_REQ_SENT;
import static io.rtrs.soft.roce.cm.ConnectionState.REP_SENT;
import static io.rtrs.soft.roce.cm.ConnectionState.REQ_RCVD;
import static io.rtrs.soft.roce.cm.ConnectionState.REQ_SENT;
import static io.rtrs.soft.roce.cm.ConnectionState.TIMEWAIT;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The transitions of a connection as data (spec/rocev2.md 13.2, 13.3). What the table does not name is ignored if it comes
 * from the network or a timer, and refused if it is a command: a peer, or a packet that is late, can never do harm by its
 * timing.
 *
 * <p>Beyond the architecture's tables, as the kernel's manager has it: the peer's DREQ is answered when the consumer
 * reacts, not before (spec/rocev2.md 13.5). Where this side is stricter than the kernel's: a connection that ends before
 * the RTU came ends with a DREQ that is repeated, not with one REJ that may be lost; a REP that nobody answered is taken
 * back with a REJ.
 *
 * <p><b>Threading</b>: immutable.
 */
public final class ConnectionTable {
    private static final Map<ConnectionState, Map<ConnectionEvent, Step>> STEPS = new EnumMap<>(ConnectionState.class);

    static {
        asking();
        asked();
        accepted();
        established();
        ending();
        over();
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

    private static void theRest() {
        for (ConnectionState state : ConnectionState.values()) {
            Map<ConnectionEvent, Step> row = STEPS.computeIfAbsent(state, from -> new EnumMap<>(ConnectionEvent.class));
            for (ConnectionEvent event : ConnectionEvent.values()) {
                Step.Outcome outcome = event.isCommand() ? Step.Outcome.REFUSE : Step.Outcome.IGNORE;
                row.putIfAbsent(event, new Step(outcome, state, List.of()));
            }
        }
    }

    private static void asking() {
        on(IDLE, CONNECT, REQ_SENT, SEND_REQ);
        on(REQ_SENT, TIMER, REQ_SENT, SEND_REQ);
        on(MRA_REQ_RCVD, TIMER, REQ_SENT, SEND_REQ);
        on(REQ_SENT, EXHAUSTED, CLOSED, REPORT_UNREACHABLE);
        on(REQ_SENT, UNREACHABLE, CLOSED, REPORT_UNREACHABLE);
        for (ConnectionState state : new ConnectionState[] {REQ_SENT, MRA_REQ_RCVD}) {
            on(state, MRA, MRA_REQ_RCVD);
            on(state, REPLY, ESTABLISHED, SEND_RTU, REPORT_ESTABLISHED);
            on(state, REPLY_UNUSABLE, CLOSED, REJECT_REPLY, FAIL_QUEUE_PAIR, REPORT_CONNECT_ERROR);
            on(state, REPLY_STALE, CLOSED, REJECT_REPLY_STALE, FAIL_QUEUE_PAIR, REPORT_STALE);
            on(state, REJECT, CLOSED, FAIL_QUEUE_PAIR, REPORT_REJECTED);
            on(state, REJECT_STALE, TIMEWAIT, FAIL_QUEUE_PAIR, REPORT_REJECTED);
            on(state, REJECT_MTU, REQ_SENT, SEND_REQ);
            on(state, DESTROY, CLOSED, GIVE_UP);
        }
    }

    private static void asked() {
        on(IDLE, REQUEST, REQ_RCVD, REPORT_REQUEST);
        for (ConnectionState state : new ConnectionState[] {REQ_RCVD, MRA_REQ_SENT}) {
            on(state, REQUEST_AGAIN, MRA_REQ_SENT, SEND_MRA);
            on(state, ACCEPT, REP_SENT, SEND_REP);
            on(state, REFUSE, CLOSED, REJECT_REQUEST);
            on(state, DESTROY, CLOSED, REJECT_REQUEST);
            on(state, STALE, CLOSED, REPORT_STALE);
            on(state, REJECT, CLOSED, REPORT_REJECTED);
            on(state, REJECT_STALE, CLOSED, REPORT_REJECTED);
        }
    }

    private static void accepted() {
        on(REP_SENT, TIMER, REP_SENT, SEND_REP);
        on(MRA_REP_RCVD, TIMER, REP_SENT, SEND_REP);
        on(REP_SENT, EXHAUSTED, CLOSED, GIVE_UP, FAIL_QUEUE_PAIR, REPORT_UNREACHABLE);
        for (ConnectionState state : new ConnectionState[] {REP_SENT, MRA_REP_RCVD}) {
            on(state, MRA, MRA_REP_RCVD);
            on(state, READY, ESTABLISHED, REPORT_ESTABLISHED);
            on(state, FIRST_REQUEST, ESTABLISHED, REPORT_ESTABLISHED);
            on(state, REJECT, CLOSED, FAIL_QUEUE_PAIR, REPORT_REJECTED);
            on(state, REJECT_STALE, CLOSED, FAIL_QUEUE_PAIR, REPORT_REJECTED);
            on(state, STALE, DREQ_SENT, SEND_DREQ, REPORT_DISCONNECTED);
            on(state, DISCONNECT_REQUEST, DREQ_RCVD, REPORT_DISCONNECTED);
            on(state, DISCONNECT, DREQ_SENT, FAIL_QUEUE_PAIR, SEND_DREQ);
            on(state, DESTROY, DREQ_SENT, FAIL_QUEUE_PAIR, SEND_DREQ);
        }
    }

    private static void established() {
        on(ESTABLISHED, REPLY, ESTABLISHED, SEND_RTU);
        on(ESTABLISHED, REJECT, TIMEWAIT, FAIL_QUEUE_PAIR, REPORT_REJECTED);
        on(ESTABLISHED, REJECT_STALE, TIMEWAIT, FAIL_QUEUE_PAIR, REPORT_REJECTED);
        on(ESTABLISHED, STALE, DREQ_SENT, SEND_DREQ, REPORT_DISCONNECTED);
        on(ESTABLISHED, DISCONNECT_REQUEST, DREQ_RCVD, REPORT_DISCONNECTED);
        on(ESTABLISHED, DISCONNECT, DREQ_SENT, FAIL_QUEUE_PAIR, SEND_DREQ);
        on(ESTABLISHED, DESTROY, DREQ_SENT, FAIL_QUEUE_PAIR, SEND_DREQ);
    }

    private static void ending() {
        on(DREQ_SENT, TIMER, DREQ_SENT, SEND_DREQ);
        on(DREQ_SENT, EXHAUSTED, TIMEWAIT, REPORT_DISCONNECT_TIMEOUT);
        on(DREQ_SENT, UNREACHABLE, TIMEWAIT, REPORT_DISCONNECT_TIMEOUT);
        on(DREQ_SENT, DISCONNECT_REPLY, TIMEWAIT, REPORT_DISCONNECTED);
        on(DREQ_SENT, DISCONNECT_REQUEST, TIMEWAIT, SEND_DREP, REPORT_DISCONNECTED);
        on(DREQ_SENT, REJECT, TIMEWAIT, REPORT_DISCONNECTED);
        on(DREQ_SENT, REJECT_STALE, TIMEWAIT, REPORT_DISCONNECTED);
        on(DREQ_SENT, DISCONNECT, DREQ_SENT, FAIL_QUEUE_PAIR);
        on(DREQ_SENT, DESTROY, DREQ_SENT, FAIL_QUEUE_PAIR);
        on(DREQ_RCVD, DISCONNECT, TIMEWAIT, FAIL_QUEUE_PAIR, SEND_DREP);
        on(DREQ_RCVD, DESTROY, TIMEWAIT, FAIL_QUEUE_PAIR, SEND_DREP);
    }

    private static void over() {
        on(TIMEWAIT, DISCONNECT_REQUEST, TIMEWAIT, SEND_DREP);
        on(TIMEWAIT, REQUEST_AGAIN, TIMEWAIT, REJECT_REQUEST_STALE);
        on(TIMEWAIT, DISCONNECT, TIMEWAIT, FAIL_QUEUE_PAIR);
        on(TIMEWAIT, DESTROY, TIMEWAIT);
        on(TIMEWAIT, EXHAUSTED, CLOSED, REPORT_TIMEWAIT_EXIT);
        on(CLOSED, DISCONNECT, CLOSED, FAIL_QUEUE_PAIR);
        on(CLOSED, DESTROY, CLOSED);
    }

    private static void on(
            ConnectionState from, ConnectionEvent event, ConnectionState to, ConnectionAction... actions) {
        put(from, event, new Step(Step.Outcome.ACT, to, List.of(actions)));
    }

    private static void put(ConnectionState from, ConnectionEvent event, Step step) {
        Step earlier = STEPS.computeIfAbsent(from, state -> new EnumMap<>(ConnectionEvent.class))
                .put(event, step);
        if (earlier != null) {
            throw new IllegalStateException(event + " in " + from + " is named twice");
        }
    }
}
