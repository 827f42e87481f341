package io.rtrs.soft.roce.endpoint;

import io.rtrs.soft.roce.cm.Gsi;
import io.rtrs.soft.roce.cm.message.CmMessage;
import io.rtrs.soft.roce.cm.message.Mad;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Deth;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Icrc;
import io.rtrs.soft.roce.wire.Reth;
import io.rtrs.soft.roce.wire.RoceOpcode;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Somebody who sends an endpoint datagrams of any kind, in the name of any address, with a right ICRC or without. */
final class Stranger {
    static final Gid ADDRESS = Gid.ofIpv4(0x0A00_0042);
    private static final int SOURCE_PORT = 0xC042;
    private static final int SLAB = 1 << 16;

    private final SimulatedEndpoint target;
    private final Icrc icrc = new Icrc();
    private final MemorySegment slab = MemorySegment.ofArray(new byte[SLAB]);

    Stranger(SimulatedEndpoint target) {
        this.target = target;
    }

    /** Bytes as they are. */
    void send(byte[] datagram, Gid from, long nowNs) {
        send(datagram, datagram.length, from, nowNs);
    }

    /** The first bytes of a datagram. */
    void send(byte[] datagram, int length, Gid from, long nowNs) {
        // What is behind it is another's, as in a receive slab.
        slab.fill((byte) 0xA5);
        MemorySegment.copy(datagram, 0, slab, ValueLayout.JAVA_BYTE, 64, length);
        target.endpoint.onPacket(slab, 64, length, from.hi(), from.lo(), SOURCE_PORT, nowNs);
    }

    /** The same with a right ICRC in its last four bytes. */
    byte[] sealed(byte[] datagram, Gid from) {
        MemorySegment memory = MemorySegment.ofArray(datagram);
        icrc.seal(memory, 0, datagram.length, from, target.link.local(), SOURCE_PORT, 0);
        return datagram;
    }

    /** A message of connection management, in an intact packet. */
    void send(CmMessage message, Gid from, long nowNs) {
        MemorySegment mad = MemorySegment.ofArray(new byte[Mad.SIZE]);
        message.encodeMad(mad, 0, message.localId());
        sendMad(mad, from, nowNs);
    }

    /** The same with what the headers should not say. */
    void send(CmMessage message, int queueKey, int sourceQp, boolean ackReq, Gid from, long nowNs) {
        byte[] packet = packet(RoceOpcode.UD_SEND_ONLY, Bth.CM_QPN, 0, Mad.SIZE);
        MemorySegment memory = MemorySegment.ofArray(packet);
        Bth.putAckReq(memory, 0, ackReq);
        Deth.put(memory, Bth.SIZE, queueKey, sourceQp);
        message.encodeMad(memory, Gsi.HEADERS, message.localId());
        send(sealed(packet, from), from, nowNs);
    }

    /** A management datagram in an intact packet. */
    void sendMad(MemorySegment mad, Gid from, long nowNs) {
        byte[] packet = new byte[Gsi.PACKET_SIZE];
        MemorySegment memory = MemorySegment.ofArray(packet);
        Gsi.put(memory, 0, 0);
        MemorySegment.copy(mad, 0, memory, Gsi.HEADERS, Mad.SIZE);
        send(sealed(packet, from), from, nowNs);
    }

    /** A packet with zeros in all headers but the BTH and in the payload, room for the ICRC included. */
    static byte[] packet(RoceOpcode code, int destQp, int psn, int payload) {
        byte[] bytes = new byte[code.packetLength(payload)];
        Bth.put(MemorySegment.ofArray(bytes), 0, code, false, payload, destQp, true, psn);
        return bytes;
    }

    /** A packet with a RETH. */
    static byte[] packet(RoceOpcode code, int destQp, int psn, int payload, long address, int rkey, int length) {
        byte[] bytes = packet(code, destQp, psn, payload);
        Reth.put(MemorySegment.ofArray(bytes), code.rethOffset(), address, rkey, length);
        return bytes;
    }
}
