package io.rtrs.soft.roce.link;

import java.lang.foreign.MemorySegment;

/** Who gets the datagrams that a link receives. */
@FunctionalInterface
public interface PacketSink {
    /**
     * One datagram, BTH to ICRC if it is what it should be; nothing has been checked.
     *
     * <p><b>Threading</b>: called on the thread that called {@link Link#receive}. <b>Ownership</b>: the memory is valid
     * during the call only.
     *
     * @param sourceHi first half of the sender's {@link io.rtrs.soft.roce.wire.Gid}
     * @param sourceLo second half
     * @param sourcePort the sender's UDP port, which the ICRC covers
     */
    void onPacket(
            MemorySegment memory, long offset, int length, long sourceHi, long sourceLo, int sourcePort, long nowNs);
}
