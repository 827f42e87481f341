package io.rtrs.client.driver;

import io.rtrs.client.path.Path;
import io.rtrs.client.path.PathIdentity;
import io.rtrs.client.session.SessionOptions;
import io.rtrs.core.driver.ControlHandler;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RefusedException;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.events.ReconnectEvent;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.path.ReconnectBackoff;
import io.rtrs.core.state.ClientPathEvent;
import io.rtrs.core.state.ClientPathState;
import io.rtrs.core.stats.PathCounter;
import io.rtrs.core.work.UserCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Drives a path from attempt to attempt, by the table of its states (spec/rtrs.md 6.1, 10).
 *
 * <p>One attempt at a time connects, is up, or is taken down. Where a callback does not return, one that is over leaves
 * something behind that is freed later; it has no say in the path any more.
 *
 * <p><b>Threading:</b> the control thread, but for what says otherwise.
 */
final class PathDriver {
    private static final Logger LOG = LoggerFactory.getLogger(PathDriver.class);

    private final PathOwner owner;
    private final SessionOptions options;
    private final PathAddress address;
    private final Path path;
    private final PathIdentity identity;
    private final ReconnectBackoff backoff;

    /** The one that is not over, else null. */
    private volatile @Nullable Attempt current;

    /** All that are not freed; written by the control thread. */
    private volatile Attempt[] live = {};

    private long reconnectAtNs = ControlHandler.NO_DEADLINE;

    /** No attempt begins before: the other end has to be done with the connections of the last one. */
    private long settledNs;

    private boolean started;
    private boolean reconnecting;
    private boolean reconnectable = true;

    /** It was up at some time; one that never was does not come back by itself. */
    private boolean everUp;

    /** Somebody asked for a reconnect while an attempt is taken down: the next one follows soon, whatever the delay. */
    private boolean byHand;

    /** Who waits for the path to be closed. */
    private final List<CompletableFuture<Void>> untilClosed = new ArrayList<>();

    /** Who waits for the path to be up. */
    private final List<CompletableFuture<Void>> untilUp = new ArrayList<>();

    PathDriver(
            PathOwner owner,
            SessionOptions options,
            PathAddress address,
            Path path,
            PathIdentity identity,
            ReconnectBackoff backoff) {
        this.owner = owner;
        this.options = options;
        this.address = address;
        this.path = path;
        this.identity = identity;
        this.backoff = backoff;
    }

    Path path() {
        return path;
    }

    /** Whether the path was up at some time. */
    boolean wasEverUp() {
        return everUp;
    }

    /** Starts the first attempt. */
    void start(long nowNs) {
        started = true;
        begin(nowNs);
    }

    /** As {@link #start}; told when the path is up, or why it is not. */
    void start(CompletableFuture<Void> up, long nowNs) {
        untilUp.add(up);
        start(nowNs);
    }

    /** How many attempts to reconnect there may be from now on. */
    void attemptsMax(int attempts) {
        backoff.attemptsMax(attempts);
    }

    private void begin(long nowNs) {
        Attempt[] more;
        Attempt attempt;
        try {
            more = Arrays.copyOf(live, live.length + 1);
            attempt = new Attempt(this, owner, options, address, identity);
        } catch (RuntimeException | OutOfMemoryError e) {
            onNotBegun(e, nowNs);
            return;
        }
        more[live.length] = attempt;
        live = more;
        current = attempt;
        owner.onAttempt();
        attempt.start(nowNs);
    }

    /** The machine has no room for an attempt: that is one that failed, or nothing would ever come back to the path. */
    private void onNotBegun(Throwable why, long nowNs) {
        UserCode.failed(LOG, "path " + path + ": making an attempt to connect", why);
        int errno = why instanceof OutOfMemoryError ? Errno.ENOMEM : Errno.EIO;
        RtrsException cause =
                new RtrsException(errno, "path " + path + ": making an attempt to connect: " + why.getMessage(), why);
        broken(cause);
        over(cause, false, nowNs);
    }

    /** Lets no request take the path any more. */
    void refuse() {
        Attempt attempt = current;
        if (attempt != null) {
            attempt.connections().stopNewRequests();
        }
    }

    /** Closes the path; {@link PathOwner#onClosed} follows, unless it is closed already. */
    void close(long nowNs) {
        if (!started || !path.fire(ClientPathEvent.CLOSE).moved()) {
            return;
        }
        byHand = false;
        RtrsException why = new RtrsException(Errno.ESHUTDOWN, "path " + path + " was closed");
        Attempt attempt = current;
        if (attempt == null) { // it waits for its next attempt
            closed(why);
        } else {
            attempt.takeDown(why, nowNs);
        }
    }

    private void closed(RtrsException cause) {
        reconnectAtNs = ControlHandler.NO_DEADLINE;
        path.fire(ClientPathEvent.CLOSED);
        owner.onClosed(this, cause);
        failUntilUp(cause);
        List<CompletableFuture<Void>> told = List.copyOf(untilClosed);
        untilClosed.clear();
        told.forEach(done -> done.complete(null));
    }

    // By hand (spec/rtrs.md 10.3).

    /** Closes the path, which stays listed and does not come back by itself; told when nothing of it is connected. */
    void disconnect(CompletableFuture<Void> done, long nowNs) {
        if (path.state() == ClientPathState.CLOSED || path.state() == ClientPathState.DEAD) {
            done.complete(null);
            return;
        }
        untilClosed.add(done);
        close(nowNs);
    }

    /**
     * Connects the path anew; told when it is up, or when an attempt has failed.
     *
     * @throws RtrsException EBUSY if it is connecting or closing
     */
    void reconnect(CompletableFuture<Void> done, long nowNs) throws RtrsException {
        ClientPathState state = path.state();
        if (state == ClientPathState.CONNECTING || state == ClientPathState.CLOSING) {
            String doing = state == ClientPathState.CONNECTING ? "is connecting" : "is being closed";
            throw new RtrsException(Errno.EBUSY, "path " + path + " " + doing + "; try again when that is over");
        }
        untilUp.add(done);
        reconnectable = true;
        if (path.fire(ClientPathEvent.RECONNECT).moved()) {
            backoff.reset();
        }
        LOG.info("path {}: a reconnect was asked for", path);
        Attempt attempt = current;
        if (attempt != null) {
            byHand = true;
            attempt.takeDown(new RtrsException(Errno.ECONNABORTED, "path " + path + ": asked to reconnect"), nowNs);
        } else if (state == ClientPathState.CLOSED) {
            owner.onReopened(this);
            settledNs = nowNs + ReconnectBackoff.SETTLE_NS;
            reconnectAtNs = settledNs;
        } else { // the attempt that it waits for; also if it was asked for by hand before
            reconnectAtNs = settledNs - nowNs > 0 ? settledNs : nowNs;
        }
    }

    private void failUntilUp(RtrsException cause) {
        List<CompletableFuture<Void>> told = List.copyOf(untilUp);
        untilUp.clear();
        RtrsException why = everUp ? new RtrsException(Errno.ENOTCONN, cause.reason(), cause) : cause;
        told.forEach(done -> done.completeExceptionally(why));
    }

    void onTick(long nowNs) {
        Attempt attempt = current;
        if (attempt != null) {
            attempt.onTick(nowNs);
        } else if (reconnectAtNs != ControlHandler.NO_DEADLINE && nowNs - reconnectAtNs >= 0) {
            reconnectAtNs = ControlHandler.NO_DEADLINE;
            if (path.fire(ClientPathEvent.ATTEMPT).moved()) {
                reconnecting = true;
                begin(nowNs);
            }
        }
    }

    long nextDeadlineNs() {
        Attempt attempt = current;
        return attempt != null ? attempt.nextDeadlineNs() : reconnectAtNs;
    }

    // What the attempts report.

    /** Whatever becomes of the attempt, another one would be of no use. */
    void neverAgain() {
        reconnectable = false;
    }

    /** Requests may use the attempt. */
    void onUp(Attempt attempt) {
        path.fire(ClientPathEvent.ESTABLISHED);
        LOG.info("path {} is up: {} connections", path, options.cidNum());
        backoff.reset();
        everUp = true;
        if (reconnecting) {
            reconnecting = false;
            path.stats().add(PathCounter.RECONNECTS_OK, 1);
        }
        owner.onUp(this);
        List<CompletableFuture<Void>> told = List.copyOf(untilUp);
        untilUp.clear();
        told.forEach(done -> done.complete(null));
    }

    /** The attempt is taken down. */
    void onBroken(Attempt attempt) {
        broken(attempt.cause());
    }

    private void broken(RtrsException cause) {
        if (path.fire(ClientPathEvent.ERROR).moved()) {
            path.lastError(cause, owner.ambient().wall().instant());
        }
        if (reconnecting) {
            reconnecting = false;
            path.stats().add(PathCounter.RECONNECTS_FAILED, 1);
        }
    }

    /** Nothing of the attempt can touch memory; its requests have moved or ended. */
    void onQuiet(Attempt attempt) {
        if (attempt.wasUp()) {
            owner.onDown(this, attempt.cause());
        }
    }

    /** The attempt has no part in the path any more; what it leaves behind, if anything, is freed later. */
    void onOver(Attempt attempt, long nowNs) {
        if (current != attempt) {
            return; // it was over before it was freed
        }
        current = null;
        over(attempt.cause(), attempt.wasUp(), nowNs);
    }

    private void over(RtrsException cause, boolean wasUp, long nowNs) {
        if (path.state() == ClientPathState.CLOSING) {
            closed(cause);
            return;
        }
        if (path.state() == ClientPathState.CONNECTING_ERR) {
            path.fire(ClientPathEvent.ATTEMPT_FAILED);
        }
        settledNs = nowNs + ReconnectBackoff.SETTLE_NS;
        if (byHand) {
            byHand = false;
            reconnectAtNs = settledNs;
            return;
        }
        boolean again = everUp && reconnectable && owner.mayReconnect();
        long delayNs = again ? delayNs(cause) : ReconnectBackoff.EXHAUSTED;
        if (delayNs == ReconnectBackoff.EXHAUSTED) {
            path.fire(ClientPathEvent.CLOSE);
            if (everUp && owner.mayReconnect()) {
                LOG.warn(
                        "path {} is closed: {}; it does not come back until somebody reconnects it",
                        path,
                        cause.reason());
            }
            closed(cause);
        } else {
            LOG.info("path {}: {}; next attempt in {} ms", path, cause.reason(), delayNs / 1_000_000);
            ReconnectEvent.tell(path.session(), path.name(), backoff.attempts(), delayNs, cause.reason());
            reconnectAtNs = nowNs + delayNs;
            if (!wasUp) {
                failUntilUp(cause);
            }
        }
    }

    /** A server that has just no room says nothing of the path: that attempt does not count. */
    private long delayNs(RtrsException cause) {
        boolean uncounted = cause instanceof RefusedException refused && refused.isTemporary();
        return uncounted ? backoff.sameDelayNs() : backoff.nextDelayNs();
    }

    /** Nothing is left of the attempt. */
    void onFreed(Attempt attempt) {
        Attempt[] fewer = new Attempt[live.length - 1];
        int count = 0;
        for (Attempt other : live) {
            if (other != attempt) {
                fewer[count++] = other;
            }
        }
        live = fewer;
        owner.onFreed(this);
    }

    /** Whether nothing of any attempt is left. */
    boolean isFreed() {
        return live.length == 0;
    }
}
