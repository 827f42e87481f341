package io.rtrs.soft.roce.link;

import io.rtrs.soft.roce.wire.Gid;
import org.jspecify.annotations.Nullable;

/** Who hears that packets did not reach their destination. */
@FunctionalInterface
public interface FailureSink {
    /**
     * The kernel refused to send to a destination, or a machine on the way, or the destination itself, sent a packet back.
     *
     * <p>What comes from the network may be forged. <b>Threading</b>: the link's owner.
     *
     * @param port the UDP port of the destination
     * @param errno why: a positive errno
     * @param settled whether this machine's own network stack says so, of an address of its own or after it tried more than
     *     once: it need not be heard twice. Over IPv4 nobody else can say so
     * @param packet what came back; null if nothing did, or too little
     */
    void onUnreachable(Gid to, int port, int errno, boolean settled, @Nullable ReturnedPacket packet, long nowNs);
}
