package io.rtrs.soft.inprocess;

import io.rtrs.soft.work.Status;

import java.net.InetAddress;

/**
 * Breaks connections, for tests of dead peers and of failover. Everything is done by address: it concerns the connections
 * that have the address at either end.
 *
 * <p><b>Threading:</b> safe from any thread.
 */
public final class Faults {
    private final Fabric fabric;

    Faults(Fabric fabric) {
        this.fabric = fabric;
    }

    /**
     * The cable is out: existing connections carry nothing any more and nobody is told, sends that are posted hang; new
     * connects end as UNREACHABLE. Nothing times out by itself: see {@link #timeOut}.
     */
    public void cut(InetAddress address) {
        fabric.setReachable(address, false);
        for (Id id : fabric.connected(address)) {
            Qp qp = id.qp;
            if (qp != null) {
                synchronized (qp.link) {
                    qp.link.cut = true;
                }
            }
        }
    }

    /** The cable is in again: new connections work; those that were cut stay dead. */
    public void heal(InetAddress address) {
        fabric.setReachable(address, true);
    }

    /**
     * The retries of the cut connections are used up: on each of their queue pairs the oldest send that hangs completes
     * with RETRY_EXC_ERR and the others are flushed. A queue pair without such a send notices nothing, as in life.
     */
    public void timeOut(InetAddress address) {
        for (Id id : fabric.connected(address)) {
            Qp qp = id.qp;
            if (qp != null) {
                synchronized (qp.link) {
                    if (qp.link.cut) {
                        qp.failOldest(Status.RETRY_EXC_ERR);
                    }
                }
            }
        }
    }
}
