package io.rtrs.soft.roce.rc;

import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Ieth;
import io.rtrs.soft.roce.wire.RoceOpcode;

import java.lang.foreign.MemorySegment;

/** Requests made by hand arrive at B. */
abstract class ResponderScene extends Scene {
    static final int QPN = 0x13;

    End b = c.b;

    @Override
    void use(Connection.Setup setup) {
        super.use(setup);
        b = c.b;
    }

    /** Packets that arrive together. */
    void arrive(byte[]... packets) {
        for (byte[] packet : packets) {
            c.deliver(b, packet);
        }
        b.drain(c.nowNs);
    }

    byte[] write(int psn, int payload) {
        return Packets.write(RoceOpcode.WRITE_ONLY, QPN, psn, payload, b.address(0), b.region.fixedKey, payload);
    }

    byte[] write(RoceOpcode code, int psn, int payload, int length) {
        return Packets.write(code, QPN, psn, payload, b.address(0), b.region.fixedKey, length);
    }

    static byte[] plain(RoceOpcode code, int psn, int payload) {
        return Packets.packet(code, QPN, psn, payload, psn);
    }

    byte[] read(int psn, int length) {
        return Packets.read(QPN, psn, b.address(0), b.region.fixedKey, length);
    }

    static byte[] withKey(byte[] packet, int key) {
        Ieth.put(MemorySegment.ofArray(packet), Bth.SIZE, key);
        return packet;
    }

    static byte[] withoutAckReq(byte[] packet) {
        Bth.putAckReq(MemorySegment.ofArray(packet), 0, false);
        return packet;
    }
}
