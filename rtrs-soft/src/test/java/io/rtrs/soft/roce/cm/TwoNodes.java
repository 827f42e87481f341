package io.rtrs.soft.roce.cm;

import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.wire.Gid;

/** Two managers, virtual time, and a network that loses nothing; each packet can also be moved by hand. */
final class TwoNodes {
    static final int PORT = 7174;
    static final int SECOND = 1_000_000_000;

    final Node active;
    final Node passive;
    final long listener;
    long nowNs = Long.MAX_VALUE - SECOND; // so that it wraps during the test

    TwoNodes() {
        this(CmLimits.DEFAULT);
    }

    TwoNodes(CmLimits limits) {
        active = new Node(identity(1, 0x1000), CmTimes.DEFAULT, limits);
        passive = new Node(identity(2, 0xFFFF_FFFF), CmTimes.DEFAULT, limits);
        listener = passive.cm.listen(PORT, true, 0);
    }

    static CmIdentity identity(int host, int firstId) {
        return new CmIdentity(Gid.ofIpv4(0x7F00_0000 | host), 0x0200_0000_0000_0000L | host, firstId, 4096);
    }

    ConnectParameters to(int port, int qpn, byte... data) {
        return new ConnectParameters(
                passive.gid, port, 40_000, qpn, 0x111111, 1024, 3, 4, 7, 6, 17, false, PrivateData.of(data));
    }

    static AcceptParameters with(int qpn, byte... data) {
        return new AcceptParameters(qpn, 0x222222, 200, 201, 5, false, PrivateData.of(data));
    }

    /** Delivers until nothing is on the way. */
    void run() {
        while (!active.outbox.isEmpty() || !passive.outbox.isEmpty()) {
            deliver(active, passive);
            deliver(passive, active);
        }
    }

    void deliver(Node from, Node to) {
        while (!from.outbox.isEmpty()) {
            to.deliver(from.sent().mad(), from.gid, nowNs);
        }
    }

    /** Lets time pass on both sides, without delivering. */
    void pass(double seconds) {
        nowNs += Math.round(seconds * SECOND);
        active.cm.poll(100, nowNs);
        passive.cm.poll(100, nowNs);
    }

    /** A connection of queue pair 0x11 there and 0x22 here; returns the handles: active, passive. */
    long[] established() {
        long mine = active.cm.connect(to(PORT, 0x11), nowNs);
        run();
        long its = passive.heard().connection();
        passive.cm.accept(its, with(0x22), nowNs);
        run();
        active.heard();
        passive.heard();
        return new long[] {mine, its};
    }
}
