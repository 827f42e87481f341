package io.rtrs.soft.roce.link;

import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.RoceAddress;
import org.jspecify.annotations.Nullable;

/**
 * A destination of packets: an address with its UDP port, and the UDP port of ours that they leave from
 * (spec/rocev2.md 1.3).
 *
 * <p><b>Ownership</b>: made once for each queue pair. A peer belongs to one link, which may keep there what it needs to
 * send, such as an encoded socket address. <b>Threading</b>: the link's owner.
 */
public final class Peer {
    /** The UDP port that every RoCEv2 node has. */
    public static final int ROCE_PORT = RoceAddress.ROCE_PORT;

    private final RoceAddress address;
    private final int sourcePort;
    private final int group;
    private final boolean unsealed;
    private @Nullable Object attachment;

    /** A peer at the port that every node has, without attachment. */
    public Peer(Gid gid, int sourcePort) {
        this(RoceAddress.of(gid), sourcePort);
    }

    /** A peer without attachment. */
    public Peer(RoceAddress address, int sourcePort) {
        this(address, sourcePort, 0, false);
    }

    /**
     * A peer without attachment.
     *
     * @param group packets of unequal groups may go to unequal sockets there, so that they must not leave as one datagram
     * @param unsealed whether packets to it leave without ICRC, as was agreed with it; only where the link
     *     {@linkplain Link#staysHere says that it may}
     */
    public Peer(RoceAddress address, int sourcePort, int group, boolean unsealed) {
        this.address = address;
        this.sourcePort = sourcePort;
        this.group = group;
        this.unsealed = unsealed;
    }

    /** Where it is. */
    public RoceAddress address() {
        return address;
    }

    /** Its address without the port. */
    public Gid gid() {
        return address.gid();
    }

    /** Our UDP port; a link that can send only from its own port ignores it: see {@link Link#sourcePort}. */
    public int sourcePort() {
        return sourcePort;
    }

    /** With which packets those to this peer may share a segmented send: those of the same address and group. */
    public int group() {
        return group;
    }

    /** Whether packets to it, and from it, have 0 in place of an ICRC (docs/decisions/0008-no-icrc-at-home.md). */
    public boolean isUnsealed() {
        return unsealed;
    }

    /** What the link keeps here, or null. */
    public @Nullable Object attachment() {
        return attachment;
    }

    /** Keeps something here, for the link. */
    public void attach(Object value) {
        attachment = value;
    }

    @Override
    public String toString() {
        return address + " from port " + sourcePort;
    }
}
