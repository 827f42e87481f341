package io.rtrs.soft.roce.cm;

import io.rtrs.soft.roce.cm.message.IpCmHeader;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.cm.message.Rej;
import io.rtrs.soft.roce.cm.message.RejectReason;
import io.rtrs.soft.roce.cm.message.Rep;
import io.rtrs.soft.roce.cm.message.Req;

import java.util.Objects;

/**
 * The only place where a connection's state changes: looks the event up in {@link ConnectionTable}, does what is there, and
 * keeps tables, limits and timers in step with the new state.
 */
final class Transitions {
    /** No answer came. */
    static final int ETIMEDOUT = 110;

    private final Connections connections;
    private final Deadlines deadlines;
    private final Postman postman;
    private final CmTimes times;
    private final CmSink sink;
    private final Counters counters;
    private int halfOpen;

    Transitions(
            Connections connections,
            Deadlines deadlines,
            Postman postman,
            CmTimes times,
            CmSink sink,
            Counters counters) {
        this.connections = connections;
        this.deadlines = deadlines;
        this.postman = postman;
        this.times = times;
        this.sink = sink;
        this.counters = counters;
    }

    /** Requests that came in and are not established. */
    int halfOpen() {
        return halfOpen;
    }

    Step.Outcome fire(Connection connection, ConnectionEvent event, long nowNs) {
        ConnectionState from = connection.state;
        Step step = ConnectionTable.step(from, event);
        if (step.outcome() != Step.Outcome.ACT) {
            if (step.outcome() == Step.Outcome.IGNORE) {
                counters.add(CmCounter.IGNORED);
            }
            return step.outcome();
        }
        connection.state = step.to();
        for (ConnectionAction action : step.actions()) {
            perform(connection, action);
        }
        if (event == ConnectionEvent.TIMER) {
            connection.attempts++;
            counters.add(CmCounter.RESENT);
        }
        if (from != step.to()) {
            connection.attempts = 0;
            connection.unreachable = 0;
            moved(connection, from);
        }
        if (from != step.to() || startsTimer(event)) {
            arm(connection, nowNs);
        }
        return step.outcome();
    }

    /** Whether a state's time begins anew though the state stays. */
    private static boolean startsTimer(ConnectionEvent event) {
        return event == ConnectionEvent.TIMER || event == ConnectionEvent.MRA || event == ConnectionEvent.REJECT_MTU;
    }

    /** The state's time is over. */
    void timeOut(Connection connection, long nowNs) {
        int retries = switch (connection.state) {
            case REQ_SENT -> times.requestRetries();
            case REP_SENT -> connection.request.times().retries();
            case DREQ_SENT -> times.disconnectRetries();
            case TIMEWAIT -> 0;
            default -> Integer.MAX_VALUE; // a peer that asked for time starts over
        };
        fire(connection, connection.attempts < retries ? ConnectionEvent.TIMER : ConnectionEvent.EXHAUSTED, nowNs);
    }

    /**
     * The network says that what this side sent to the peer did not arrive. Anyone can forge that, so it ends nothing but the
     * wait for an answer to a request, or to a disconnect of this side's, and not before it was said of two of its tries; the
     * second one leaves early.
     *
     * @param settled whether this machine itself says so: then once is enough
     */
    void unreachable(Connection connection, int errno, boolean settled, long nowNs) {
        if (connection.state != ConnectionState.REQ_SENT && connection.state != ConnectionState.DREQ_SENT) {
            return;
        }
        boolean first = connection.unreachable == 0;
        boolean again = connection.unreachable == errno && connection.unreachableAttempt != connection.attempts;
        if (connection.unreachable != errno || again) {
            connection.unreachable = errno;
            connection.unreachableAttempt = connection.attempts;
        }
        if (settled || again) {
            fire(connection, ConnectionEvent.UNREACHABLE, nowNs);
        } else if (first) {
            deadlines.arm(connection, nowNs + CmTimes.UNREACHABLE_RESEND_NS);
        }
    }

    private static int unreachableStatus(Connection connection) {
        boolean lately = connection.attempts - connection.unreachableAttempt <= 1;
        return connection.unreachable != 0 && lately ? -connection.unreachable : -ETIMEDOUT;
    }

    private void arm(Connection connection, long nowNs) {
        long wait = switch (connection.state) {
            case REQ_SENT -> times.requestResendNs();
            case REP_SENT -> replyResendNs(connection.request);
            case MRA_REQ_RCVD, MRA_REP_RCVD -> connection.patienceNs;
            case DREQ_SENT -> times.disconnectResendNs();
            case TIMEWAIT -> times.timewaitNs();
            default -> -1;
        };
        if (wait < 0) {
            deadlines.disarm(connection);
        } else {
            deadlines.arm(connection, nowNs + wait);
        }
    }

    private long replyResendNs(Req request) {
        long asked = CmTimes.ofCode(request.times().localResponse());
        return Math.min(times.replyResendNs(), Math.max(asked, CmTimes.REPLY_RESEND_MIN_NS));
    }

    private void moved(Connection connection, ConnectionState from) {
        ConnectionState to = connection.state;
        connections.waits(connection, to.isAsking() || to == ConnectionState.DREQ_SENT);
        halfOpen += (to.isHalfOpen() ? 1 : 0) - (from.isHalfOpen() ? 1 : 0);
        if (connection.listener != null) {
            connection.listener.undecided += (to.isUnanswered() ? 1 : 0) - (from.isUnanswered() ? 1 : 0);
        }
        switch (to) {
            case ESTABLISHED -> counters.add(CmCounter.ESTABLISHED);
            case TIMEWAIT -> connections.releasePeerQpn(connection);
            case CLOSED -> close(connection);
            default -> {
                // The tables hold what they held.
            }
        }
    }

    private void close(Connection connection) {
        connections.releasePeerQpn(connection);
        connections.releasePeerId(connection);
        if (connections.releaseQpn(connection)) {
            sink.queuePairNumberFree(connection.qpn);
        }
        if (!connection.owned) {
            connections.remove(connection);
        }
    }

    private void perform(Connection to, ConnectionAction action) {
        switch (action) {
            case SEND_REQ -> postman.request(to);
            case SEND_REP -> postman.reply(to);
            case SEND_RTU -> postman.ready(to);
            case SEND_MRA -> postman.askForTime(to);
            case SEND_DREQ -> postman.disconnect(to);
            case SEND_DREP -> postman.disconnected(to);
            case REJECT_REQUEST -> postman.reject(to, Rej.REQ, RejectReason.CONSUMER, to.data);
            case REJECT_REQUEST_STALE ->
                postman.reject(to.peer, to.request, RejectReason.STALE_CONNECTION, to.transaction);
            case REJECT_REPLY -> postman.reject(to, Rej.REP, RejectReason.CONSUMER, PrivateData.EMPTY);
            case REJECT_REPLY_STALE -> postman.reject(to, Rej.REP, RejectReason.STALE_CONNECTION, PrivateData.EMPTY);
            case GIVE_UP -> postman.giveUp(to);
            case FAIL_QUEUE_PAIR -> {
                if (to.qpn != 0) {
                    sink.failQueuePair(to.qpn);
                }
            }
            default -> {
                if (to.owned) {
                    report(to, action);
                }
            }
        }
    }

    private void report(Connection to, ConnectionAction action) {
        switch (action) {
            case REPORT_REQUEST -> {
                Listener listener = Objects.requireNonNull(to.listener);
                sink.onConnectRequest(listener.handle, to.handle(), describe(to, listener.port));
            }
            case REPORT_ESTABLISHED -> sink.onEstablished(to.handle(), to.isActive() ? answer(to) : PrivateData.EMPTY);
            case REPORT_REJECTED -> sink.onRejected(to.handle(), to.reason, to.data);
            case REPORT_STALE -> sink.onRejected(to.handle(), RejectReason.STALE_CONNECTION, PrivateData.EMPTY);
            case REPORT_CONNECT_ERROR -> sink.onConnectError(to.handle(), to.reason);
            case REPORT_UNREACHABLE -> sink.onUnreachable(to.handle(), unreachableStatus(to));
            case REPORT_DISCONNECTED -> disconnected(to, 0);
            case REPORT_DISCONNECT_TIMEOUT -> disconnected(to, -ETIMEDOUT);
            case REPORT_TIMEWAIT_EXIT -> sink.onTimewaitExit(to.handle());
            default -> throw new AssertionError(action + " is no report");
        }
    }

    private void disconnected(Connection to, int status) {
        if (!to.disconnectReported) {
            to.disconnectReported = true;
            sink.onDisconnected(to.handle(), status);
        }
    }

    private static PrivateData answer(Connection to) {
        Rep reply = Objects.requireNonNull(to.reply);
        return reply.privateData();
    }

    private static ConnectRequest describe(Connection from, int port) {
        Req req = from.request;
        Req.QueuePair queuePair = req.queuePair();
        IpCmHeader header = Objects.requireNonNull(IpCmHeader.of(req));
        return new ConnectRequest(
                from.peer.gid(),
                header.sourcePort(),
                port,
                queuePair.qpn(),
                /* initiatorDepth= */ queuePair.responderResources(),
                /* responderResources= */ queuePair.initiatorDepth(),
                queuePair.retryCount(),
                queuePair.rnrRetry(),
                queuePair.srq(),
                req.privateData().from(IpCmHeader.SIZE));
    }
}
