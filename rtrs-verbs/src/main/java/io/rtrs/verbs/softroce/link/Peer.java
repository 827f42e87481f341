package io.rtrs.verbs.softroce.link;

import io.rtrs.verbs.softroce.wire.Gid;
import org.jspecify.annotations.Nullable;

/**
 * A destination of packets: an address, and the UDP port of ours that they leave from (spec/rocev2.md 1.3). The
 * destination port is always {@link #ROCE_PORT}.
 *
 * <p><b>Ownership</b>: made once for each queue pair. A peer belongs to one link, which may keep there what it needs to
 * send, such as an encoded socket address. <b>Threading</b>: the link's owner.
 */
public final class Peer {
    /** The UDP port to which every RoCEv2 datagram goes. */
    public static final int ROCE_PORT = 4791;

    private final Gid gid;
    private final int sourcePort;
    private @Nullable Object attachment;

    /** A peer without attachment. */
    public Peer(Gid gid, int sourcePort) {
        this.gid = gid;
        this.sourcePort = sourcePort;
    }

    /** Its address. */
    public Gid gid() {
        return gid;
    }

    /** Our UDP port; a link that can send only from its own port ignores it. */
    public int sourcePort() {
        return sourcePort;
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
        return gid + " from port " + sourcePort;
    }
}
