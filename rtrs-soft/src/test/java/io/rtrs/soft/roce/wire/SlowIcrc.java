package io.rtrs.soft.roce.wire;

import java.nio.ByteBuffer;

/** The checksum as the specification tells it: over a whole IP packet, bit by bit, with every mask (spec/rocev2.md 2.1). */
final class SlowIcrc {
    private SlowIcrc() {}

    static int of(byte[] ip) {
        byte[] fed = ip.clone();
        boolean v4 = ((ip[0] >> 4) & 0xF) == 4;
        int udp = v4 ? 20 : 40;
        int[] masked = v4
                ? new int[] {1, 8, 10, 11, udp + 6, udp + 7, udp + 12}
                : new int[] {1, 2, 3, 7, udp + 6, udp + 7, udp + 12};
        for (int at : masked) {
            fed[at] = (byte) 0xFF;
        }
        if (!v4) {
            fed[0] |= 0x0F;
        }
        int register = -1;
        for (int i = 0; i < 8; i++) {
            register = feed(register, 0xFF);
        }
        for (int i = 0; i < fed.length - 4; i++) {
            register = feed(register, fed[i]);
        }
        return ~register;
    }

    private static int feed(int register, int value) {
        int next = register ^ (value & 0xFF);
        for (int i = 0; i < 8; i++) {
            next = (next >>> 1) ^ (0xEDB88320 & -(next & 1));
        }
        return next;
    }

    /** An IP packet around a UDP payload; what is masked is left 0. */
    static byte[] ipPacket(byte[] payload, Gid source, Gid destination, int sourcePort, int identification) {
        boolean v4 = source.isIpv4();
        int header = v4 ? 20 : 40;
        ByteBuffer ip = ByteBuffer.allocate(header + 8 + payload.length);
        if (v4) {
            ip.putShort((short) 0x4500).putShort((short) ip.capacity());
            ip.putShort((short) identification).putShort((short) 0x4000);
            ip.put((byte) 0).put((byte) 17).putShort((short) 0);
            ip.putInt(source.ipv4()).putInt(destination.ipv4());
        } else {
            ip.putInt(0x60000000).putShort((short) (8 + payload.length));
            ip.put((byte) 17).put((byte) 0);
            ip.putLong(source.hi())
                    .putLong(source.lo())
                    .putLong(destination.hi())
                    .putLong(destination.lo());
        }
        ip.putShort((short) sourcePort).putShort((short) 4791);
        ip.putShort((short) (8 + payload.length)).putShort((short) 0);
        return ip.put(payload).array();
    }
}
