package io.rtrs.soft.roce.wire;

/**
 * Where packets for a node go: its address and a UDP port of it.
 *
 * <p>Kernels and adapters listen at port {@link #ROCE_PORT} alone (spec/rocev2.md 1.3). Where another process has that port
 * of an address, this one uses a port of its own, and says so in its management messages.
 *
 * @param gid the address
 * @param port the UDP port
 */
public record RoceAddress(Gid gid, int port) {
    /** The UDP port of RoCEv2. */
    public static final int ROCE_PORT = 4791;

    /** An address at the port that every node has. */
    public static RoceAddress of(Gid gid) {
        return new RoceAddress(gid, ROCE_PORT);
    }

    /**
     * Whether a packet with this source is of this node. One that listens at {@link #ROCE_PORT} may send from any port.
     *
     * @param sourceHi first half of the sender's {@link Gid}
     * @param sourceLo second half
     */
    public boolean isSource(long sourceHi, long sourceLo, int sourcePort) {
        return gid.is(sourceHi, sourceLo) && (port == ROCE_PORT || port == sourcePort);
    }

    @Override
    public String toString() {
        return port == ROCE_PORT ? gid.toString() : gid + " port " + port;
    }
}
