package io.rtrs.server.path;

import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.HeartbeatAnswer;
import io.rtrs.core.driver.ControlHandler;
import io.rtrs.core.error.Errno;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.path.Heartbeat;
import io.rtrs.core.path.Silence;
import io.rtrs.server.request.Fence;
import io.rtrs.server.request.Operation;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The heartbeats of a path, both ways, all on con 0 (spec/rtrs.md 12).
 *
 * <p><b>Threading:</b> the ticking is the control thread's; acknowledgements come from any loop.
 */
final class Pulse {
    /** A client that says nothing for so long, though it owes an answer, is silent: not dead, but perhaps elsewhere. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(1);

    private final Path path;
    private final PathHost host;
    private final Heartbeat heartbeat;
    private final long patienceNs;

    /** Heartbeats that the client has acknowledged. */
    private final AtomicLong acknowledged = new AtomicLong();

    /** There is a proof to be checked when an acknowledgement comes; the control thread writes. */
    private volatile boolean proofsAsked;

    /** The client owes an acknowledgement, and nothing at all has come since; the control thread writes. */
    private volatile boolean silent;

    /** Of con 0; null until that is made. The control thread writes. */
    private volatile @Nullable HeartbeatAnswer answer;

    // The control thread's.
    private final ArrayDeque<Proof> proofs = new ArrayDeque<>();
    private long sent;
    private long sentNs;
    private boolean unanswered;

    /** An operation that waits for the acknowledgement of the heartbeat with that number. */
    private record Proof(long heartbeat, Operation operation) {}

    Pulse(Path path, PathHost host) {
        this.path = path;
        this.host = host;
        this.heartbeat = host.newHeartbeat();
        this.patienceNs = Math.min(PATIENCE_NS, heartbeat.intervalNs());
    }

    void start() {
        heartbeat.start(host.nowNs());
    }

    void stop() {
        heartbeat.stop();
        unanswered = false;
        silent(false);
        proofs.clear(); // the teardown gives back what waits
    }

    long nextDeadlineNs() {
        if (!heartbeat.isRunning()) {
            return ControlHandler.NO_DEADLINE;
        }
        long beatNs = heartbeat.nextDeadlineNs();
        long silenceNs = sentNs + patienceNs;
        boolean waits = (unanswered && !silent) || !proofs.isEmpty();
        return waits && silenceNs - beatNs < 0 ? silenceNs : beatNs;
    }

    void onTick(long nowNs) {
        for (int cid = 0; cid < path.cidNum(); cid++) {
            if (path.connection(cid).connection().takeActivity()) {
                heartbeat.onActivity();
                unanswered = false;
                silent(false);
            }
        }
        if (unanswered && !silent && nowNs - sentNs - patienceNs >= 0) {
            silent(true);
        }
        if (!proofs.isEmpty() && nowNs - sentNs - patienceNs >= 0) {
            beat(nowNs); // an acknowledgement may stand for several heartbeats: so they cannot be too few for ever
        }
        switch (heartbeat.onTick(nowNs)) {
            case SEND -> beat(nowNs);
            case DEAD -> path.fail(Errno.ETIMEDOUT, silence(nowNs));
            case NONE -> {}
        }
    }

    private void beat(long nowNs) {
        int errno = service().postImmediate(Immediates.HB_MSG);
        sentNs = nowNs;
        if (errno == 0) {
            sent++;
            unanswered = true;
        } else if (errno != Errno.EAGAIN) { // a full send queue is no sign of death; what is in it will tell
            path.fail(errno, "sending a heartbeat: " + Errno.describe(errno));
        }
    }

    private void silent(boolean now) {
        if (silent != now) {
            silent = now;
            Fence fence = path.fence();
            if (fence != null) {
                fence.onSilence(now);
            }
        }
    }

    /** Whether the client owes an acknowledgement for longer than it should, and nothing has come since. Any thread. */
    boolean isSilent() {
        if (!silent) {
            return false;
        }
        for (int cid = 0; cid < path.cidNum(); cid++) {
            if (path.connection(cid).connection().isActive()) {
                return false;
            }
        }
        return true;
    }

    /** Has the client acknowledge a heartbeat; the next one that is sent, at the latest by the next tick. */
    void prove(Operation operation) {
        if (heartbeat.isRunning()) {
            proofs.add(new Proof(sent + 1, operation));
            proofsAsked = true;
            beat(host.nowNs());
        }
    }

    private void checkProofs() {
        long known = acknowledged.get();
        for (Proof first = proofs.peek(); first != null && first.heartbeat() <= known; first = proofs.peek()) {
            proofs.remove();
            first.operation().onProven();
        }
        proofsAsked = !proofs.isEmpty();
    }

    private String silence(long nowNs) {
        long shortest = Silence.UNKNOWN;
        for (int cid = 0; cid < path.cidNum(); cid++) {
            long silentNs = path.connection(cid).connection().silenceNs();
            shortest = shortest < 0 ? silentNs : Math.min(shortest, silentNs);
        }
        return Silence.heartbeatsMissed("the client", heartbeat.silentNs(nowNs), shortest, host.timeOfDay());
    }

    /** Con 0 was made; before it is served. */
    void answerOn(Connection service) {
        answer = new HeartbeatAnswer(service);
    }

    /** A heartbeat came, on whatever connection. */
    void acknowledge() {
        HeartbeatAnswer through = answer;
        if (through != null) {
            acknowledged(through.post());
        }
    }

    /** Sends of a connection have completed: there may be room for an acknowledgement that found none. */
    void onRoom(int cid) {
        HeartbeatAnswer through = answer;
        if (cid == 0 && through != null) {
            acknowledged(through.onRoom());
        }
    }

    private void acknowledged(int errno) {
        if (errno != 0 && errno != Errno.ENOTCONN) {
            path.fail(errno, "acknowledging a heartbeat: " + Errno.describe(errno));
        }
    }

    void onAcknowledged() {
        heartbeat.onAck(host.nowNs());
        acknowledged.incrementAndGet();
        if (proofsAsked) {
            host.execute(this::checkProofs);
        }
    }

    private Connection service() {
        return path.connection(0).connection();
    }
}
