package io.rtrs.soft.roce.driver.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.link.PacketSink;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Icrc;
import io.rtrs.soft.roce.wire.RoceOpcode;
import org.awaitility.Awaitility;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;

/** Packets whose content follows from their number, and a sink that checks them, ICRC included. */
final class Traffic implements PacketSink {
    private static final int FIXED = Bth.SIZE + RoceOpcode.ICRC_SIZE;

    private final Gid local;
    private final Icrc icrc = new Icrc();
    private final Gid expectedSource;

    int received;
    int lastLength;

    /** A sink for packets 0, 1, 2… from one sender. */
    Traffic(Gid local, Gid expectedSource) {
        this.local = local;
        this.expectedSource = expectedSource;
    }

    /** Sends packet {@code number} of a length, flushing when there is no room. */
    static void send(Link from, Peer to, int number, int length) {
        send(from, to, RoceOpcode.SEND_MIDDLE, number, length);
    }

    /** As {@link #send(Link, Peer, int, int)}, of any kind. */
    static void send(Link from, Peer to, RoceOpcode opcode, int number, int length) {
        long offset = from.reserve(to, length);
        if (offset == Link.NO_ROOM) {
            assertThat(from.flush()).isZero();
            offset = from.reserve(to, length);
        }
        assertThat(offset).isNotEqualTo(Link.NO_ROOM);
        MemorySegment memory = from.transmitMemory();
        Bth.put(memory, offset, opcode, false, 0, 17, false, number);
        for (int i = Bth.SIZE; i < length - RoceOpcode.ICRC_SIZE; i++) {
            memory.set(ValueLayout.JAVA_BYTE, offset + i, content(number, i));
        }
        from.commit();
    }

    private static byte content(int number, int index) {
        return (byte) (number * 31 + index);
    }

    @Override
    public void onPacket(
            MemorySegment memory, long offset, int length, long sourceHi, long sourceLo, int sourcePort, long nowNs) {
        assertThat(new Gid(sourceHi, sourceLo)).isEqualTo(expectedSource);
        assertThat(sourcePort).isEqualTo(Peer.ROCE_PORT);
        assertThat(length).isGreaterThanOrEqualTo(FIXED);
        assertThat(icrc.verify(memory, offset, length, sourceHi, sourceLo, local, sourcePort))
                .as("the identification of packet %d", received)
                .isNotEqualTo(Icrc.BAD);
        assertThat(Bth.psn(memory, offset)).isEqualTo(received);
        for (int i = Bth.SIZE; i < length - RoceOpcode.ICRC_SIZE; i++) {
            assertThat(memory.get(ValueLayout.JAVA_BYTE, offset + i)).isEqualTo(content(received, i));
        }
        received++;
        lastLength = length;
    }

    /** Receives until this many have come. */
    void await(Link link, int count) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .pollDelay(Duration.ZERO)
                .until(() -> {
                    link.receive(this, 1000, 0);
                    return received >= count;
                });
    }
}
