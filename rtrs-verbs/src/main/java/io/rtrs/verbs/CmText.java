package io.rtrs.verbs;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;

/** Connection-manager events in words, and the errnos of those that bring bad news. */
final class CmText {
    private static final int EPERM = 1;
    private static final int EACCES = 13;
    private static final int ENODEV = 19;
    private static final int EINVAL = 22;
    private static final int ENETUNREACH = 101;
    private static final int ECONNABORTED = 103;
    private static final int ECONNRESET = 104;
    private static final int ETIMEDOUT = 110;
    private static final int ECONNREFUSED = 111;
    private static final int EHOSTUNREACH = 113;

    private CmText() {}

    static int errno(EventType type, int status) {
        return switch (type) {
            case RDMA_CM_EVENT_REJECTED -> RejectCause.errno(status);
            // Address resolution without an answer says "timed out" of what is meant.
            case RDMA_CM_EVENT_ADDR_ERROR, RDMA_CM_EVENT_ROUTE_ERROR ->
                status == -ETIMEDOUT || status >= 0 ? EHOSTUNREACH : -status;
            case RDMA_CM_EVENT_UNREACHABLE -> status < 0 ? -status : ETIMEDOUT;
            case RDMA_CM_EVENT_CONNECT_ERROR -> status < 0 ? -status : ECONNABORTED;
            case RDMA_CM_EVENT_DISCONNECTED -> ECONNRESET;
            case RDMA_CM_EVENT_DEVICE_REMOVAL -> ENODEV;
            case RDMA_CM_EVENT_ADDR_CHANGE, RDMA_CM_EVENT_TIMEWAIT_EXIT -> ECONNABORTED;
            default -> 0;
        };
    }

    static String describe(EventType type, int status, String peer) {
        return switch (type) {
            case RDMA_CM_EVENT_REJECTED -> peer + " refused: " + RejectCause.describe(status);
            case RDMA_CM_EVENT_ADDR_ERROR ->
                "no device here reaches the address of " + peer + numbered(status, "address resolution");
            case RDMA_CM_EVENT_ROUTE_ERROR ->
                "no device here has a route to " + peer + numbered(status, "route resolution");
            case RDMA_CM_EVENT_UNREACHABLE -> unreachable(status, peer);
            case RDMA_CM_EVENT_CONNECT_ERROR ->
                "the connection could not be made" + numbered(status, "connecting the queue pair");
            case RDMA_CM_EVENT_DISCONNECTED ->
                status == 0
                        ? peer + " closed the connection"
                        : "the connection was closed and " + peer + " did not confirm it"
                                + numbered(status, "disconnect");
            case RDMA_CM_EVENT_DEVICE_REMOVAL -> "the RDMA device was removed";
            case RDMA_CM_EVENT_ADDR_CHANGE -> "the local address moved to another device";
            case RDMA_CM_EVENT_TIMEWAIT_EXIT -> "the connection is over";
            default -> type + numbered(status, "status");
        };
    }

    private static String numbered(int status, String what) {
        return status == 0 ? "" : " (" + what + ": " + (status < 0 ? "errno " + -status : "status " + status) + ")";
    }

    /** RoCE's UDP port is named, because a firewall is what hides most servers. */
    private static String unreachable(int status, String peer) {
        return switch (-status) {
            case ETIMEDOUT, 0 ->
                "no answer from " + peer + ": its host is not there, or a firewall drops UDP port 4791 (RoCE)";
            case ECONNREFUSED ->
                "the host of " + peer + " is there, and no program has its UDP port 4791 (RoCE), or a firewall says so";
            case EHOSTUNREACH ->
                "the host of " + peer + " does not answer, or a route, a router or a firewall refuses to pass packets"
                        + " on";
            case ENETUNREACH -> "no network leads to " + peer;
            case EPERM -> "this machine may not send to " + peer + ": a firewall rule of its own forbids it";
            case EACCES -> "this machine may not send to " + peer + ": a route or a firewall prohibits it";
            case EINVAL ->
                "this machine cannot send to " + peer + ": its routing refuses the address (a blackhole route?)";
            default -> "packets do not reach " + peer + " (errno " + -status + ")";
        };
    }
}
