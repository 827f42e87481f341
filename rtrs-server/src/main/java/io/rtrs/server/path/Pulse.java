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
import java.util.Iterator;
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

    /** When the newest heartbeat was sent that is known to be acknowledged, by the fence's clock; the control thread writes. */
    private volatile long provenAt;

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

    /** The number of the heartbeat whose acknowledgement is the next proof, and when it was sent; 0 if none is under way. */
    private long probe;

    private long probeAt;

    /** How many acknowledgements there were at the last look. */
    private long seen;

    /** An operation that waits for the acknowledgement of a heartbeat that is sent after that moment. */
    private record Proof(long after, Operation operation) {}

    Pulse(Path path, PathHost host) {
        this.path = path;
        this.host = host;
        this.heartbeat = host.newHeartbeat();
        this.patienceNs = Math.min(PATIENCE_NS, heartbeat.intervalNs());
        this.provenAt = path.madeAt();
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
        noteProof();
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
        Fence fence = path.fence();
        long moment = fence == null ? 0 : fence.tick(); // before it leaves
        int errno = service().postImmediate(Immediates.HB_MSG);
        sentNs = nowNs;
        if (errno == 0) {
            sent++;
            unanswered = true;
            if (probe == 0) {
                probe = sent;
                probeAt = moment;
            }
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

    /** When the newest heartbeat was sent that the client is known to have acknowledged, or the path was made. Any thread. */
    long provenAt() {
        return provenAt;
    }

    /** Has the client acknowledge a heartbeat that was sent after a moment: one that is under way serves all that it can. */
    void prove(Operation operation, long after) {
        if (heartbeat.isRunning()) {
            proofs.add(new Proof(after, operation));
            proofsAsked = true; // before the look at what was acknowledged
            checkProofs();
        }
    }

    private void checkProofs() {
        boolean news = noteProof();
        long at = provenAt;
        for (Iterator<Proof> each = proofs.iterator(); each.hasNext(); ) {
            Proof proof = each.next();
            if (proof.after() < at) {
                each.remove();
                proof.operation().onProven();
            }
        }
        proofsAsked = !proofs.isEmpty();
        if (proofsAsked && (probe == 0 || news)) {
            beat(host.nowNs());
        }
    }

    /**
     * The n-th acknowledgement is that of the n-th heartbeat, or of a later one: one may stand for several.
     *
     * @return whether there were some that do not suffice for the proof that is under way
     */
    private boolean noteProof() {
        long known = acknowledged.get();
        boolean news = known != seen;
        seen = known;
        if (probe != 0 && known >= probe) {
            probe = 0;
            provenAt = probeAt;
            return false;
        }
        return news;
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
