package io.rtrs.soft.roce.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

import java.lang.foreign.MemorySegment;

/**
 * Any datagram can be wrapped, told and checked without harm (spec/rocev2.md 18.86). An ordinary build runs the seeds, one
 * captured packet of each opcode; {@code JAZZER_FUZZ=1 mvn -pl rtrs-soft test -Dtest=PacketFuzzTest} goes on from them.
 */
@Tag("jazzer")
class PacketFuzzTest {
    private static final Gid LOCAL = Gid.ofIpv4(0x0A09_0001);

    private final Icrc icrc = new Icrc(true);
    private final RocePacket packet = new RocePacket(RoceOpcode.MAX_LOOPBACK_PAYLOAD);

    @FuzzTest(maxDuration = "2m")
    void any_datagram(byte @Nullable [] datagram) {
        if (datagram == null) {
            return;
        }
        MemorySegment memory = MemorySegment.ofArray(datagram);
        int outcome = packet.wrap(memory, 0, datagram.length);
        if (outcome > RocePacket.OK || outcome < -RocePacket.REFUSALS) {
            throw new AssertionError("outcome " + outcome);
        }
        if (outcome == RocePacket.OK) {
            long end = packet.payloadOffset() + packet.payloadLength() + Bth.padFor(packet.payloadLength());
            if (packet.payloadLength() < 0 || end != datagram.length - RoceOpcode.ICRC_SIZE) {
                throw new AssertionError("payload of " + packet.payloadLength());
            }
        }
        if (PacketText.of(memory, 0, datagram.length).isEmpty()) {
            throw new AssertionError("no text");
        }
        int found = icrc.verify(memory, 0, datagram.length, 0, LOCAL.lo(), LOCAL, 0xC000);
        if (found != Icrc.BAD && !matches(memory, found)) {
            throw new AssertionError("identification " + found + " does not explain the ICRC");
        }
    }

    /** With the identification that was found the checksum must be right, with or without "don't fragment". */
    private boolean matches(MemorySegment memory, int identification) {
        int length = (int) memory.byteSize();
        boolean whole = icrc.matches(memory, 0, length, LOCAL, LOCAL, 0xC000, identification);
        return whole || new Icrc().verify(memory, 0, length, 0, LOCAL.lo(), LOCAL, 0xC000) == Icrc.BAD;
    }
}
