package io.rtrs.server.path;

import io.rtrs.core.connection.Connection;
import io.rtrs.core.driver.ControlHandler;
import io.rtrs.core.error.Errno;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.path.Heartbeat;
import io.rtrs.core.path.Silence;

/**
 * The heartbeats of a path, both ways, all on con 0 (spec/rtrs.md 12).
 *
 * <p><b>Threading:</b> the ticking is the control thread's; acknowledgements come from any loop.
 */
final class Pulse {
    private final Path path;
    private final PathHost host;
    private final Heartbeat heartbeat;
    private volatile boolean acknowledgementOwed;

    Pulse(Path path, PathHost host) {
        this.path = path;
        this.host = host;
        this.heartbeat = host.newHeartbeat();
    }

    void start() {
        heartbeat.start(host.nowNs());
    }

    void stop() {
        heartbeat.stop();
    }

    long nextDeadlineNs() {
        return heartbeat.isRunning() ? heartbeat.nextDeadlineNs() : ControlHandler.NO_DEADLINE;
    }

    void onTick(long nowNs) {
        for (int cid = 0; cid < path.cidNum(); cid++) {
            if (path.connection(cid).connection().takeActivity()) {
                heartbeat.onActivity();
            }
        }
        switch (heartbeat.onTick(nowNs)) {
            case SEND -> {
                int errno = service().postImmediate(Immediates.HB_MSG);
                // A full send queue is no sign of death; what is in it will tell.
                if (errno != 0 && errno != Errno.EAGAIN) {
                    path.fail(errno, "sending a heartbeat: " + Errno.describe(errno));
                }
            }
            case DEAD -> path.fail(Errno.ETIMEDOUT, silence(nowNs));
            case NONE -> {}
        }
    }

    private String silence(long nowNs) {
        long shortest = Silence.UNKNOWN;
        for (int cid = 0; cid < path.cidNum(); cid++) {
            long silentNs = path.connection(cid).connection().silenceNs();
            shortest = shortest < 0 ? silentNs : Math.min(shortest, silentNs);
        }
        return Silence.heartbeatsMissed("the client", heartbeat.silentNs(nowNs), shortest, host.timeOfDay());
    }

    /** A heartbeat came, on whatever connection. */
    void acknowledge() {
        if (!path.hasConnection(0)) {
            return;
        }
        int errno = service().postImmediate(Immediates.HB_ACK);
        if (errno == Errno.EAGAIN) {
            acknowledgementOwed = true;
        } else if (errno != 0 && errno != Errno.ENOTCONN) {
            path.fail(errno, "acknowledging a heartbeat: " + Errno.describe(errno));
        }
    }

    /** Sends of a connection have completed: there may be room for an acknowledgement that found none. */
    void onRoom(int cid) {
        if (acknowledgementOwed && cid == 0) {
            acknowledgementOwed = false;
            acknowledge();
        }
    }

    void onAcknowledged() {
        heartbeat.onAck(host.nowNs());
    }

    private Connection service() {
        return path.connection(0).connection();
    }
}
