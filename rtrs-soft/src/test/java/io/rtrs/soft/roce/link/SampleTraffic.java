package io.rtrs.soft.roce.link;

import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Icrc;
import io.rtrs.soft.roce.wire.Layouts;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.roce.wire.RocePacket;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** SENDs of one packet with their number as PSN, and a receiver that notes the numbers of the good ones. */
final class SampleTraffic {
    static final Gid A = Gid.ofIpv4(0x0A09_0001);
    static final Gid B = Gid.ofIpv4(0x0A09_0002);
    static final Gid A6 = new Gid(0xFD77_0000_0000_0000L, 1);
    static final Gid B6 = new Gid(0xFD77_0000_0000_0000L, 2);
    static final int PAYLOAD = 29;

    final List<Integer> good = new ArrayList<>();
    final List<Integer> identifications = new ArrayList<>();
    int bad;

    private final Icrc icrc = new Icrc();
    private final RocePacket packet = new RocePacket();

    /** Sends a packet, flushing if there is no room. */
    static boolean send(Link link, Peer to, int number) {
        int length = RoceOpcode.SEND_ONLY.packetLength(PAYLOAD);
        long at = link.reserve(to, length);
        if (at == Link.NO_ROOM) {
            return false;
        }
        MemorySegment memory = link.transmitMemory();
        Bth.put(memory, at, RoceOpcode.SEND_ONLY, false, PAYLOAD, 17, true, number);
        memory.asSlice(at + 12, PAYLOAD).fill((byte) number);
        Bth.putPad(memory, at + 12 + PAYLOAD, PAYLOAD);
        link.commit();
        return true;
    }

    /** Receives all that is there. */
    int receive(Link link, long nowNs) {
        return link.receive(
                (memory, offset, length, sourceHi, sourceLo, sourcePort, now) -> {
                    int found = icrc.verify(memory, offset, length, sourceHi, sourceLo, link.local(), sourcePort);
                    if (found == Icrc.BAD || packet.wrap(memory, offset, length) != RocePacket.OK) {
                        bad++;
                        return;
                    }
                    good.add(packet.psn());
                    identifications.add(found);
                    byte content = memory.get(Layouts.U8, packet.payloadOffset() + PAYLOAD - 1);
                    if (content != (byte) packet.psn()) {
                        throw new AssertionError("packet " + packet.psn() + " has the content of " + content);
                    }
                },
                1000,
                nowNs);
    }
}
