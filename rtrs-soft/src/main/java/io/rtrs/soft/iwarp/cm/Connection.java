package io.rtrs.soft.iwarp.cm;

import io.rtrs.soft.iwarp.startup.Agreement;
import io.rtrs.soft.iwarp.startup.Initiator;
import io.rtrs.soft.iwarp.startup.Responder;
import io.rtrs.soft.iwarp.startup.Startup;
import io.rtrs.soft.iwarp.startup.StartupFailure;
import io.rtrs.verbs.RejectCause;
import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * One end of a connection, from the first SYN to the last FIN.
 *
 * <p>Inputs are the {@code on…} methods, commands the others that return an errno; both end in {@link ConnectionTable}. While
 * {@link #startup()} is not null it says which bytes are to be read, and {@link #startupArrived} takes them; after that the
 * socket is the stream's. What comes too late, or twice, does nothing. The consumer hears one end of each connection at most.
 *
 * <p><b>Threading:</b> who holds the connection's lock. <b>Errors:</b> commands return 0 or a negative errno: EINVAL where the
 * state is wrong, ECONNRESET where the peer has gone meanwhile.
 */
public final class Connection {
    /** {@link #nextDeadlineNs}: there is none. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    /** How long FIN of the peer is waited for, and output that does not get away (spec/iwarp.md 17). */
    public static final long CLOSING_NS = TimeUnit.SECONDS.toNanos(2);

    private static final int EINVAL = 22;
    private static final int EPROTO = 71;
    private static final int ECONNRESET = 104;
    private static final int ETIMEDOUT = 110;
    private static final int ECONNREFUSED = 111;
    private static final byte[] NO_DATA = {};

    private final ConnectionPort port;
    private ConnectionState state = ConnectionState.IDLE;
    private @Nullable Initiator initiator;
    private @Nullable Responder responder;
    private Responder.@Nullable Reply reply;
    private byte[] refusal = NO_DATA;
    private long closingUntilNs;
    private int failure;
    private boolean peerEnded;
    private boolean shut;

    /** Whether the consumer still wants to hear of it. */
    private boolean owned = true;

    /** Whether the consumer was told that it stands; then he hears that it is over. */
    private boolean told;

    /** Whether the consumer has heard how it ended, or ended it. */
    private boolean ended;

    /** A connection to which nothing has happened. */
    public Connection(ConnectionPort port) {
        this.port = port;
    }

    /** How far it is. */
    public ConnectionState state() {
        return state;
    }

    /** What is being read; null: nothing of the startup. */
    public @Nullable Startup startup() {
        return switch (state) {
            case REQ_SENT -> initiator;
            case AWAIT_REQ -> responder;
            default -> null;
        };
    }

    /** When {@link #onTime} has to be called, or {@link #NO_DEADLINE}; compare by subtraction. */
    public long nextDeadlineNs() {
        return switch (state) {
            case TCP_CONNECTING, REQ_SENT -> Objects.requireNonNull(initiator).deadlineNs();
            case AWAIT_REQ -> Objects.requireNonNull(responder).deadlineNs();
            case CLOSING -> closingUntilNs;
            default -> NO_DEADLINE;
        };
    }

    // ---- commands

    /** Asks the peer for a connection. */
    public int connect(Initiator with, long nowNs) {
        initiator = with;
        return command(ConnectionEvent.CONNECT, nowNs);
    }

    /** Accepts the request; the arguments are those of {@link Responder#accept}. */
    public int accept(int ird, int ord, byte[] data, long nowNs) {
        Responder asked = responder;
        if (state != ConnectionState.REQ_RCVD || asked == null) {
            return refused();
        }
        if (data.length > asked.mostData()) {
            return -EINVAL;
        }
        reply = asked.accept(ird, ord, data);
        boolean first = asked.isPeerToPeer();
        return command(first ? ConnectionEvent.ACCEPT_PEER : ConnectionEvent.ACCEPT, nowNs);
    }

    /** Refuses the request. */
    public int reject(byte[] data, long nowNs) {
        Responder asked = responder;
        if (state != ConnectionState.REQ_RCVD || asked == null) {
            return refused();
        }
        if (data.length > asked.mostData()) {
            return -EINVAL;
        }
        refusal = data.clone();
        return command(ConnectionEvent.REFUSE, nowNs);
    }

    /** The most private data that {@link #accept} and {@link #reject} take now; negative if there is nothing to answer. */
    public int mostData() {
        Responder asked = responder;
        return state == ConnectionState.REQ_RCVD && asked != null ? asked.mostData() : -1;
    }

    /** Ends it. */
    public int disconnect(long nowNs) {
        return command(ConnectionEvent.DISCONNECT, nowNs);
    }

    /** The consumer forgets it: a request is refused, all else ended; he hears nothing more. */
    public void destroy(long nowNs) {
        owned = false;
        fire(ConnectionEvent.DESTROY, nowNs);
    }

    private int command(ConnectionEvent event, long nowNs) {
        return fire(event, nowNs) == Step.Outcome.REFUSE ? refused() : 0;
    }

    private int refused() {
        boolean gone = state == ConnectionState.CLOSED && responder != null;
        return gone ? -ECONNRESET : -EINVAL;
    }

    // ---- what happens

    /** It came to a listener. */
    public void onAccepted(Responder with, long nowNs) {
        responder = with;
        fire(ConnectionEvent.TCP_ACCEPTED, nowNs);
    }

    /** TCP is connected. */
    public void onConnected(long nowNs) {
        fire(ConnectionEvent.TCP_CONNECTED, nowNs);
    }

    /** TCP could not be connected; a positive errno. */
    public void onConnectFailed(int errno, long nowNs) {
        failure = errno;
        fire(errno == ECONNREFUSED ? ConnectionEvent.TCP_REFUSED : ConnectionEvent.TCP_FAILED, nowNs);
    }

    /** Bytes of the startup were read. */
    public void startupArrived(int bytes, long nowNs) {
        Startup startup = startup();
        if (startup == null) {
            return;
        }
        startup.arrived(bytes);
        if (startup == initiator) {
            onReply(Objects.requireNonNull(initiator), nowNs);
        } else {
            onRequest(Objects.requireNonNull(responder), nowNs);
        }
    }

    private void onReply(Initiator asking, long nowNs) {
        if (asking.failure() != null) {
            fire(ConnectionEvent.REPLY_UNUSABLE, nowNs);
        } else if (asking.isRejected()) {
            fire(ConnectionEvent.REPLY_REJECTS, nowNs);
        } else if (asking.isAccepted()) {
            fire(ConnectionEvent.REPLY, nowNs);
        }
    }

    private void onRequest(Responder asked, long nowNs) {
        if (asked.failure() != null) {
            fire(ConnectionEvent.REQUEST_UNUSABLE, nowNs);
        } else if (asked.isAsked()) {
            fire(ConnectionEvent.REQUEST, nowNs);
        }
    }

    /** The peer's first message was executed. */
    public void onFirstMessage(long nowNs) {
        fire(ConnectionEvent.FIRST_MESSAGE, nowNs);
    }

    /** The stream has nothing more to send. */
    public void onStreamOver(long nowNs) {
        fire(ConnectionEvent.STREAM_OVER, nowNs);
    }

    /** FIN arrived. */
    public void onEnd(long nowNs) {
        peerEnded = true;
        fire(ConnectionEvent.PEER_ENDED, nowNs);
        bothEnded(nowNs);
    }

    /** FIN was sent. */
    public void onShut(long nowNs) {
        shut = true;
        bothEnded(nowNs);
    }

    private void bothEnded(long nowNs) {
        if (peerEnded && shut) {
            fire(ConnectionEvent.BOTH_ENDED, nowNs);
        }
    }

    /** The connection broke. */
    public void onReset(long nowNs) {
        fire(ConnectionEvent.RESET, nowNs);
    }

    /** It is this late. */
    public void onTime(long nowNs) {
        long deadline = nextDeadlineNs();
        if (deadline != NO_DEADLINE && nowNs - deadline >= 0) {
            failure = ETIMEDOUT;
            fire(ConnectionEvent.TIMEOUT, nowNs);
        }
    }

    // ---- the table

    private Step.Outcome fire(ConnectionEvent event, long nowNs) {
        Step step = ConnectionTable.step(state, event);
        if (step.outcome() == Step.Outcome.ACT) {
            if (step.to() == ConnectionState.CLOSING && state != ConnectionState.CLOSING) {
                closingUntilNs = nowNs + CLOSING_NS;
            }
            state = step.to();
            told |= event == ConnectionEvent.ACCEPT_PEER;
            for (ConnectionAction action : step.actions()) {
                perform(action);
            }
        }
        return step.outcome();
    }

    private void perform(ConnectionAction action) {
        switch (action) {
            case OPEN -> port.open();
            case SEND_REQUEST -> port.send(Objects.requireNonNull(initiator).request());
            case SEND_REPLY -> port.send(Objects.requireNonNull(reply).frame());
            case SEND_REJECT -> port.send(Objects.requireNonNull(responder).reject(refusal));
            case SEND_LAST_WORDS -> port.send(lastWords());
            case START_STREAM -> port.startStream(agreement(), initiator != null);
            case FAIL_STREAM -> port.failStream();
            case SHUT -> port.shut();
            case CLOSE -> port.close();
            default -> {
                if (owned) {
                    tell(action);
                }
            }
        }
    }

    private byte[] lastWords() {
        return initiator != null
                ? initiator.lastWords()
                : Objects.requireNonNull(responder).lastWords();
    }

    private Agreement agreement() {
        return initiator != null
                ? initiator.agreement()
                : Objects.requireNonNull(reply).agreement();
    }

    private void tell(ConnectionAction what) {
        switch (what) {
            case TELL_REQUEST -> port.onRequest(Objects.requireNonNull(responder));
            case TELL_ESTABLISHED -> {
                told = true;
                port.onEstablished(agreement(), initiator != null ? initiator.data() : NO_DATA);
            }
            case TELL_NOBODY -> port.onRejected(RejectCause.INVALID_SERVICE.reason(), NO_DATA);
            case TELL_REJECTED ->
                port.onRejected(
                        RejectCause.CONSUMER.reason(),
                        Objects.requireNonNull(initiator).data());
            case TELL_HUNG_UP -> port.onRejected(-ECONNRESET, NO_DATA);
            case TELL_UNUSABLE -> tellUnusable(Objects.requireNonNull(initiator).failure());
            case TELL_UNREACHABLE -> port.onUnreachable(-failure);
            case TELL_DISCONNECTED -> tellDisconnected();
            default -> throw new AssertionError(what + " is not told");
        }
    }

    private void tellUnusable(@Nullable StartupFailure why) {
        if (why == StartupFailure.MARKERS) {
            port.onRejected(RejectCause.INVALID_TRANSPORT.reason(), NO_DATA);
        } else if (why == StartupFailure.INSUFFICIENT_IRD || why == StartupFailure.NO_COMMON_RTR) {
            port.onConnectError(-EINVAL);
        } else {
            port.onConnectError(-EPROTO);
        }
    }

    private void tellDisconnected() {
        if (told && !ended) {
            ended = true;
            port.onDisconnected();
        }
    }
}
