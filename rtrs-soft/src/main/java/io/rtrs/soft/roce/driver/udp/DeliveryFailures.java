package io.rtrs.soft.roce.driver.udp;

import io.rtrs.soft.roce.link.FailureSink;
import io.rtrs.soft.roce.link.ReturnedPacket;
import io.rtrs.soft.roce.wire.Gid;
import org.jspecify.annotations.Nullable;

/**
 * Destinations that packets did not reach, until the link's owner asks for them. Each destination is kept once, with what
 * was heard last, but for a packet that was quoted: what quotes none says the same and proves less. If there are too many,
 * the rest is forgotten, since what matters is heard again.
 *
 * <p>Pure. <b>Threading</b>: the link's owner. <b>Allocation</b>: none after construction.
 */
final class DeliveryFailures {
    /** Destinations kept between two questions. */
    static final int KEPT = 8;

    private final @Nullable Gid[] destinations = new @Nullable Gid[KEPT];
    private final int[] ports = new int[KEPT];
    private final int[] errnos = new int[KEPT];
    private final boolean[] settled = new boolean[KEPT];
    private final @Nullable ReturnedPacket[] packets = new @Nullable ReturnedPacket[KEPT];
    private int count;

    /** Keeps a failure, unless it only says that a packet was too long or the machine too busy. */
    void add(Gid to, int port, int errno, boolean isSettled, @Nullable ReturnedPacket packet) {
        if (!tellsOfDestination(errno)) {
            return;
        }
        int at = 0;
        while (at < count && !(to.equals(destinations[at]) && ports[at] == port)) {
            at++;
        }
        if (at == KEPT) {
            return;
        }
        boolean again = at < count && errnos[at] == errno;
        settled[at] = isSettled || (again && settled[at]);
        destinations[at] = to;
        ports[at] = port;
        errnos[at] = errno;
        packets[at] = packet == null && again ? packets[at] : packet;
        count = Math.max(count, at + 1);
    }

    private static boolean tellsOfDestination(int errno) {
        return errno > 0
                && errno != Sockets.EMSGSIZE
                && errno != Sockets.ENOBUFS
                && errno != Sockets.ENOMEM
                && errno != Sockets.EAGAIN
                && errno != Sockets.EIO;
    }

    /** Hands them over and forgets them. */
    void report(FailureSink sink, long nowNs) {
        for (int i = 0; i < count; i++) {
            Gid to = destinations[i];
            destinations[i] = null;
            if (to != null) {
                sink.onUnreachable(to, ports[i], errnos[i], settled[i], packets[i], nowNs);
            }
        }
        count = 0;
    }
}
