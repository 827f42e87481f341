package io.rtrs.server.policy;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;

import java.util.List;

/**
 * What a server bears of all its clients together.
 *
 * @param halfOpenMax paths that may exist without having completed INFO
 * @param halfOpenPerClientMax of these, from one address
 * @param sessionsMax sessions
 * @param pathConnectionsMax connections of a path
 * @param connectionsMax connections of all paths, those announced and not yet made included
 * @param memoryMax bytes of chunks of all paths
 * @param clients who may connect; empty: everybody
 */
public record ServerLimits(
        int halfOpenMax,
        int halfOpenPerClientMax,
        int sessionsMax,
        int pathConnectionsMax,
        int connectionsMax,
        long memoryMax,
        List<AddressRange> clients) {

    /**
     * Checks the values.
     *
     * @throws RtrsException EINVAL, naming value and rule
     */
    public static ServerLimits checked(ServerLimits limits) throws RtrsException {
        check(limits.halfOpenMax, "halfOpenMax");
        check(limits.halfOpenPerClientMax, "halfOpenPerClientMax");
        check(limits.sessionsMax, "sessionsMax");
        check(limits.pathConnectionsMax, "pathConnectionsMax");
        check(limits.connectionsMax, "connectionsMax");
        check(limits.memoryMax, "memoryMax");
        return limits;
    }

    private static void check(long value, String name) throws RtrsException {
        if (value < 1) {
            throw new RtrsException(Errno.EINVAL, name + " = " + value + " must be at least 1");
        }
    }
}
