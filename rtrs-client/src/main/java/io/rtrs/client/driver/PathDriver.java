package io.rtrs.client.driver;

import io.rtrs.client.path.Path;
import io.rtrs.client.path.PathIdentity;
import io.rtrs.client.session.SessionOptions;
import io.rtrs.core.driver.ControlHandler;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.path.ReconnectBackoff;
import io.rtrs.core.state.ClientPathEvent;
import io.rtrs.core.state.ClientPathState;
import io.rtrs.core.stats.PathCounter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Arrays;

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
    private boolean reconnecting;
    private boolean reconnectable = true;

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

    /** Starts the first attempt. */
    void start(long nowNs) {
        begin(nowNs);
    }

    private void begin(long nowNs) {
        Attempt attempt = new Attempt(this, owner, options, address, identity);
        Attempt[] more = Arrays.copyOf(live, live.length + 1);
        more[live.length] = attempt;
        live = more;
        current = attempt;
        owner.onAttempt();
        attempt.start(nowNs);
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
        if (!path.fire(ClientPathEvent.CLOSE).moved()) {
            return;
        }
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
        if (reconnecting) {
            reconnecting = false;
            path.stats().add(PathCounter.RECONNECTS_OK, 1);
        }
        owner.onUp(this);
    }

    /** The attempt is taken down. */
    void onBroken(Attempt attempt) {
        if (path.fire(ClientPathEvent.ERROR).moved()) {
            path.lastError(attempt.cause());
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
        RtrsException cause = attempt.cause();
        if (path.state() == ClientPathState.CLOSING) {
            closed(cause);
            return;
        }
        if (path.state() == ClientPathState.CONNECTING_ERR) {
            path.fire(ClientPathEvent.ATTEMPT_FAILED);
        }
        long delayNs = reconnectable && owner.mayReconnect() ? backoff.nextDelayNs() : ReconnectBackoff.EXHAUSTED;
        if (delayNs == ReconnectBackoff.EXHAUSTED) {
            path.fire(ClientPathEvent.CLOSE);
            closed(cause);
        } else {
            LOG.info("path {}: {}; next attempt in {} ms", path, cause.reason(), delayNs / 1_000_000);
            reconnectAtNs = nowNs + delayNs;
        }
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
        owner.onFreed();
    }
}
