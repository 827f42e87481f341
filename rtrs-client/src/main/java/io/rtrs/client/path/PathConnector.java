package io.rtrs.client.path;

import io.rtrs.client.path.ConnectorAction.Connect;
import io.rtrs.client.path.ConnectorAction.CreateConnection;
import io.rtrs.client.path.ConnectorAction.Fail;
import io.rtrs.client.path.ConnectorAction.PrepareRequests;
import io.rtrs.client.path.ConnectorAction.ResolveAddress;
import io.rtrs.client.path.ConnectorAction.ResolveRoute;
import io.rtrs.client.path.ConnectorAction.SendInfo;
import io.rtrs.client.path.ConnectorAction.StillWaits;
import io.rtrs.client.path.ConnectorAction.Up;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.ProtocolException;
import io.rtrs.core.error.RefusedException;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.wire.ConRsp;
import io.rtrs.core.wire.InfoRsp;
import io.rtrs.core.wire.Protocol;
import io.rtrs.verbs.RejectCause;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * One attempt to establish a path: its connections one after the other, con 0 first, then the INFO exchange (spec/rtrs.md
 * 5.2). Pure: it takes events and time, and gives actions.
 *
 * <p>Drive order: {@link #start}; then {@link #on} for each event and {@link #onTick} at {@link #nextDeadlineNs}; after each
 * of them {@link #poll} until null. After {@link Up} or {@link Fail} nothing more comes, and further calls do nothing.
 */
public final class PathConnector {
    /** No deadline is set. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    /** After so long without an answer, {@link StillWaits} says so; once while connecting, and once behind that. */
    static final long NOTICE_NS = 1_000_000_000L;

    /** What is waited for. */
    public enum Step {
        /** {@link PathConnector#start} was not called. */
        IDLE,
        /** The address of the current connection is being resolved. */
        RESOLVING_ADDRESS,
        /** The route of the current connection is being resolved. */
        RESOLVING_ROUTE,
        /** CON_REQ is out. */
        CONNECTING,
        /** INFO_REQ is out. */
        AWAITING_INFO,
        /** The path is up. */
        DONE,
        /** The attempt has failed. */
        FAILED
    }

    private final PathIdentity identity;
    private final String address;
    private final int port;
    private final int cidNum;
    private final long timeoutNs;
    private final Queue<ConnectorAction> actions = new ArrayDeque<>();

    private Step step = Step.IDLE;
    private int cid;
    private long deadlineNs = NO_DEADLINE;
    private long enteredNs;
    private boolean noticed;
    private ConRsp.@Nullable Accept limits;

    /**
     * Makes a connector.
     *
     * @param address the path's, for messages
     * @param port the server's, for messages
     * @param cidNum connections of the path, con 0 included
     * @param timeoutNs the limit of each step
     */
    public PathConnector(PathIdentity identity, String address, int port, int cidNum, long timeoutNs) {
        this.identity = identity;
        this.address = address;
        this.port = port;
        this.cidNum = cidNum;
        this.timeoutNs = timeoutNs;
    }

    /** What is waited for now. */
    public Step step() {
        return step;
    }

    /** The connection that is being established. */
    public int cid() {
        return cid;
    }

    /** When {@link #onTick} has to be called, or {@link #NO_DEADLINE}; compare by subtraction. */
    public long nextDeadlineNs() {
        boolean ends = deadlineNs == NO_DEADLINE || timeoutNs <= NOTICE_NS;
        return ends || noticed || !isPeersTurn() ? deadlineNs : enteredNs + NOTICE_NS;
    }

    /** Starts the attempt. */
    public void start(long nowNs) {
        if (step == Step.IDLE) {
            identity.onAttempt();
            resolve(0, nowNs);
        }
    }

    /** The next action, or null. */
    public @Nullable ConnectorAction poll() {
        return actions.poll();
    }

    /** Time has passed. */
    public void onTick(long nowNs) {
        if (isPeersTurn() && !noticed && nowNs - enteredNs >= NOTICE_NS) {
            noticed = true;
            String what = step == Step.CONNECTING
                    ? "no answer yet from port " + port + "; asking again until the transport gives up, for at most "
                    : "connected, but the server has not said which memory it has; waiting for up to ";
            actions.add(new StillWaits(what + timeoutNs / 1_000_000_000 + " s"));
        }
        if (deadlineNs == NO_DEADLINE || nowNs - deadlineNs < 0) {
            return;
        }
        String waited = switch (step) {
            case RESOLVING_ADDRESS -> "resolving the address";
            case RESOLVING_ROUTE -> "resolving the route";
            case CONNECTING -> "connecting, port " + port;
            default ->
                "the server accepted the connections and is silent since (it is stopped or busy, or packets of full length"
                        + " are lost on the way, as by a smaller MTU between); waiting for INFO_RSP";
        };
        fail(Errno.ETIMEDOUT, waited + ": no answer within " + timeoutNs / 1_000_000 + " ms");
    }

    /** Something happened to a connection. */
    public void on(int eventCid, ConnectorEvent event, long nowNs) {
        if (step == Step.IDLE || step == Step.DONE || step == Step.FAILED) {
            return;
        }
        switch (event) {
            case ConnectorEvent.AddressResolved ignored -> {
                if (isCurrent(eventCid, Step.RESOLVING_ADDRESS)) {
                    onAddressResolved(nowNs);
                }
            }
            case ConnectorEvent.RouteResolved ignored -> {
                if (isCurrent(eventCid, Step.RESOLVING_ROUTE)) {
                    enter(Step.CONNECTING, nowNs);
                    actions.add(new Connect(cid, identity.request(cid, cidNum)));
                }
            }
            case ConnectorEvent.Established established -> {
                if (isCurrent(eventCid, Step.CONNECTING)) {
                    onEstablished(established.privateData(), nowNs);
                }
            }
            case ConnectorEvent.Rejected rejected -> onRejected(rejected.reason(), rejected.privateData());
            case ConnectorEvent.Unreachable end -> fail(end.errno(), "port " + port + ": " + end.what());
            case ConnectorEvent.Lost lost -> fail(lost.errno(), "con " + eventCid + ": " + lost.what());
            case ConnectorEvent.LocalFailure failure -> fail(failure.errno(), failure.what());
            case ConnectorEvent.InfoReceived info -> {
                if (step == Step.AWAITING_INFO) {
                    onInfo(info.message());
                }
            }
        }
    }

    private boolean isPeersTurn() {
        return step == Step.CONNECTING || step == Step.AWAITING_INFO;
    }

    private boolean isCurrent(int eventCid, Step expected) {
        return step == expected && eventCid == cid;
    }

    private void onAddressResolved(long nowNs) {
        ConRsp.Accept told = limits;
        actions.add(new CreateConnection(cid, told == null ? Protocol.SERVICE_QUEUE_DEPTH : told.queueDepth()));
        enter(Step.RESOLVING_ROUTE, nowNs);
        actions.add(new ResolveRoute(cid));
    }

    private void onEstablished(byte[] privateData, long nowNs) {
        ConRsp.Accept accept;
        try {
            accept = ConRsp.Accept.decode(privateData);
        } catch (ProtocolException e) {
            fail(e);
            return;
        }
        ConRsp.Accept told = limits;
        if (told == null) {
            limits = accept;
            identity.onServiceAccepted();
        } else if (!told.equals(accept)) {
            fail(Errno.ECONNRESET, "CON_RSP of con " + cid + " says " + accept + ", con 0 was told " + told);
            return;
        }
        if (cid + 1 < cidNum) {
            resolve(cid + 1, nowNs);
            return;
        }
        actions.add(new PrepareRequests(told == null ? accept : told));
        actions.add(new SendInfo());
        noticed = false;
        enter(Step.AWAITING_INFO, nowNs);
    }

    private void onRejected(int reason, byte[] privateData) {
        if (reason == Protocol.REJECT_REASON && privateData.length >= Protocol.CON_RSP_SIZE) {
            int errno = ConRsp.Reject.decode(privateData).errno();
            fail(RefusedException.byServer(
                    -errno, "path " + address + ": the server refused con " + cid + " with CON_RSP.errno = " + errno));
        } else if (reason == Protocol.REJECT_REASON) {
            refused(
                    RejectCause.errno(reason),
                    "port " + port + " refused con " + cid + " without CON_RSP, so it is no RTRS server, or its kernel"
                            + " refused: private data of " + privateData.length + " bytes");
        } else {
            boolean noListener = reason == RejectCause.INVALID_SERVICE.reason();
            String why = noListener
                    ? "nobody listens on port " + port + " (reject reason " + reason + ")"
                    : RejectCause.describe(reason);
            refused(RejectCause.errno(reason), "the server refused con " + cid + ": " + why);
        }
    }

    private void onInfo(byte[] message) {
        ConRsp.Accept told = limits;
        if (told == null) {
            return;
        }
        try {
            Up up = new Up(InfoRsp.decode(message).chunkMap(told.queueDepth(), told.chunkSize()));
            actions.add(up);
            step = Step.DONE;
            deadlineNs = NO_DEADLINE;
        } catch (ProtocolException e) {
            fail(e);
        }
    }

    private void resolve(int nextCid, long nowNs) {
        cid = nextCid;
        enter(Step.RESOLVING_ADDRESS, nowNs);
        actions.add(new ResolveAddress(cid));
    }

    private void enter(Step next, long nowNs) {
        step = next;
        enteredNs = nowNs;
        deadlineNs = nowNs + timeoutNs;
    }

    private void refused(int errno, String what) {
        fail(new RefusedException(errno, "path " + address + ": " + what));
    }

    private void fail(ProtocolException cause) {
        fail(new RtrsException(cause.errno(), "path " + address + ": " + cause.reason(), cause));
    }

    private void fail(int errno, String what) {
        fail(new RtrsException(errno, "path " + address + ": " + what));
    }

    private void fail(RtrsException cause) {
        actions.clear();
        actions.add(new Fail(cause));
        step = Step.FAILED;
        deadlineNs = NO_DEADLINE;
    }
}
