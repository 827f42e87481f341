package io.rtrs.soft.roce.cm;

import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.RoceAddress;

/**
 * Who a manager is. The kernel knows connections by GUID and id, and by GUID and queue pair (spec/rocev2.md 13.1): two
 * managers with one GUID would disturb each other there, and so would, with any peer, a process and the one before it at
 * its address with the same start of ids.
 *
 * @param local the address that it speaks for
 * @param caGuid unique for each manager, locally administered, not 0 (spec/rocev2.md 14.4)
 * @param firstId where communication ids begin: random
 * @param maxPathMtu bytes that its link carries at most (spec/rocev2.md 14.3), when it comes into use
 * @param port the UDP port where it hears: if it is not {@link RoceAddress#ROCE_PORT}, it tells its peers
 * @param receiveBytes the receive buffer of its socket, which it tells its peers; 0: it does not
 */
public record CmIdentity(Gid local, long caGuid, int firstId, int maxPathMtu, int port, int receiveBytes) {
    /** Checks the MTU. */
    public CmIdentity {
        PathMtu.code(maxPathMtu);
    }

    /** At the port that every node has. */
    public CmIdentity(Gid local, long caGuid, int firstId, int maxPathMtu) {
        this(local, caGuid, firstId, maxPathMtu, RoceAddress.ROCE_PORT);
    }

    /** One that does not tell about its buffer. */
    public CmIdentity(Gid local, long caGuid, int firstId, int maxPathMtu, int port) {
        this(local, caGuid, firstId, maxPathMtu, port, 0);
    }
}
