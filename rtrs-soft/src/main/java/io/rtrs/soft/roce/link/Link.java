package io.rtrs.soft.roce.link;

import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.RoceAddress;

import java.lang.foreign.MemorySegment;

/**
 * Where the RoCEv2 datagrams of one local address leave and arrive.
 *
 * <p>To send: {@link #reserve} room, write headers, payload and pad there, {@link #commit}; a batch ends with
 * {@link #flush}. One reservation is open at a time; a second {@code reserve} without {@code commit} gives the first up.
 *
 * <p><b>Threading</b>: driven by one owner. <b>Allocation</b>: none per packet. <b>Errors</b>: a destination that cannot
 * be reached is loss, as on any network.
 */
public interface Link extends AutoCloseable {
    /** {@link #reserve}: there is no room now; {@link #flush} first, or the socket is full. */
    long NO_ROOM = -1;

    /** Of fewer bytes a copy costs less than another entry in the list that the kernel walks: none {@link #borrow}s them. */
    int LEAST_BORROWED = 2048;

    /** The local address. */
    Gid local();

    /** The UDP port where packets for us arrive: {@link RoceAddress#ROCE_PORT}, unless another process has that. */
    default int port() {
        return RoceAddress.ROCE_PORT;
    }

    /** The UDP port that packets to a peer leave from: the peer's choice, if the link can send from any. */
    default int sourcePort(Peer to) {
        return to.sourcePort();
    }

    /** Largest path MTU that the link carries, 256..4096, on loopback 8192 (spec/rocev2.md 14.3). */
    int pathMtu();

    /**
     * Whether packets to a peer, and those from it, stay in this machine's memory, so that nothing on their way needs an
     * ICRC to be found damaged. It always says the same of a peer. Packets of an {@linkplain Peer#isUnsealed() unsealed} peer
     * then leave without one.
     */
    default boolean staysHere(Gid peer) {
        return false;
    }

    /** Packets are written here by the caller; the same segment for the life of the link. */
    MemorySegment transmitMemory();

    /**
     * Room for a packet.
     *
     * @param to where it goes
     * @param length bytes, BTH to ICRC included
     * @return its offset in {@link #transmitMemory()}, or {@link #NO_ROOM}
     */
    long reserve(Peer to, int length);

    /** Whether a packet would leave with what is committed already, at no cost of its own. */
    default boolean hasCompany(Peer to, int length) {
        return false;
    }

    /**
     * Lets bytes of the reserved packet be taken from where they are when it is sent, so that nobody copies them. The next
     * {@link #flush} sends them or copies them, {@link #giveBack} copies them; until one of the two returns they must stay as
     * they are, and a packet whose memory is freed before is lost. The packet has to be {@linkplain #commit committed}.
     *
     * @param at where they belong in {@link #transmitMemory()}
     * @param length {@link #LEAST_BORROWED} at least, or they will not be
     * @param from native memory, of no file
     * @return whether they will be; if not, the caller copies them to {@code at}
     */
    default boolean borrow(long at, int length, MemorySegment from, long offset) {
        return false;
    }

    /** Copies now what committed packets still borrow, of all peers; a reservation that is open is given up. */
    default void giveBack() {
        // One that borrows nothing.
    }

    /**
     * The reserved packet is written up to its ICRC; the link seals it, because it knows the IP identification, or writes 0
     * there if the peer is {@linkplain Peer#isUnsealed() unsealed}.
     */
    void commit();

    /**
     * Hands what is committed to the network.
     *
     * @return packets that stay, because the socket is full; 0 if all are gone
     */
    int flush();

    /**
     * Hands received datagrams to the sink, whatever their content.
     *
     * @param limit the most datagrams in this call
     * @return how many were handed over
     */
    int receive(PacketSink sink, int limit, long nowNs);

    /** Hands over what is known since the last call of destinations that packets did not reach; nothing is fine. */
    default void reportFailures(FailureSink sink, long nowNs) {
        // A network that loses packets in silence.
    }

    /** Releases what the link holds; packets that were not flushed are lost. */
    @Override
    void close();
}
