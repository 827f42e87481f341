package io.rtrs.core.connection;

import io.rtrs.verbs.DeviceAttr;

/**
 * Queue sizes of a connection (spec/rtrs.md 4.5, whose sizes these follow in kind; peers cannot observe them).
 *
 * <p>A device with smaller queues gets smaller ones: fewer requests are under way, and peers wait. <b>Errors</b>:
 * IllegalArgumentException, naming the limit, if a send queue could not hold two chains.
 *
 * @param sendWr work requests in the send queue
 * @param recvWr work requests in the receive queue
 * @param sendSge SGEs of a send
 * @param chainWr work requests of the longest chain that takes one send credit
 * @param interval every how many chains one is signaled
 */
public record ConnectionSizes(int sendWr, int recvWr, int sendSge, int chainWr, int interval) {
    /** Base of the service connection's queues (spec/rtrs.md 1). */
    public static final int SERVICE_QUEUE_DEPTH = 512;

    /** Completions that a loop takes before it re-posts receives. */
    public static final int BATCH = 64;

    /** Room beyond the credits: INFO and the drain marker, local invalidates after type-1 answers. */
    public static final int SLACK_WR = 64;

    /** Chains whose answers may overtake their acknowledgements: software RoCE acknowledges 16 packets at once. */
    private static final int LATE_ACKS = 32;

    private static final int MAX_INTERVAL = 512;

    /** A client's IO connection: bind and request are one chain; an answer may come with a send-with-invalidate. */
    public static ConnectionSizes clientIo(int queueDepth, DeviceAttr device) {
        return of(queueDepth, 3, 2 * queueDepth + 2 * BATCH, 2, device);
    }

    /** A server's IO connection: revoke, bind, data, send-with-invalidate and answer. */
    public static ConnectionSizes serverIo(int queueDepth, boolean alwaysInvalidate, DeviceAttr device) {
        return of(queueDepth, alwaysInvalidate ? 5 : 3, queueDepth + 2 * BATCH, 1, device);
    }

    /** The service connection of either side. */
    public static ConnectionSizes service(DeviceAttr device) {
        return of(SERVICE_QUEUE_DEPTH, 5, 2 * SERVICE_QUEUE_DEPTH + 2 * BATCH, 2, device);
    }

    private static ConnectionSizes of(int depth, int chainWr, int recvWr, int sendSge, DeviceAttr device) {
        int interval = Math.min(depth, MAX_INTERVAL);
        int recvLimit = Math.min(device.maxQpWr(), device.maxCqe() / 2);
        int recv = Math.min(recvWr, recvLimit);
        int sendLimit = Math.min(device.maxQpWr(), device.maxCqe() - recv);
        int sendWr = Math.min(chainWr * (depth + interval + LATE_ACKS) + SLACK_WR, sendLimit);
        int chains = (sendWr - SLACK_WR) / chainWr;
        if (chains < 2) {
            throw new IllegalArgumentException("device " + device.name() + " has max_qp_wr = " + device.maxQpWr()
                    + " and max_cqe = " + device.maxCqe()
                    + ", which leaves " + sendLimit + " work requests to a send queue; "
                    + (2 * chainWr + SLACK_WR) + " are the least");
        }
        return new ConnectionSizes(sendWr, recv, sendSge, chainWr, Math.min(interval, chains / 2));
    }

    /** Completion queue entries: every work request may be reported, at the latest when the queue pair is drained. */
    public int cqe() {
        return sendWr + recvWr;
    }

    /** Chains that fit into the send queue. */
    public int chains() {
        return (sendWr - SLACK_WR) / chainWr;
    }
}
