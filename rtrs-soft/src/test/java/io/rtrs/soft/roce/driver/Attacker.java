package io.rtrs.soft.roce.driver;

import io.rtrs.soft.roce.cm.Gsi;
import io.rtrs.soft.roce.cm.StrangersRequest;
import io.rtrs.soft.roce.cm.message.CmMessage;
import io.rtrs.soft.roce.cm.message.Drep;
import io.rtrs.soft.roce.cm.message.Dreq;
import io.rtrs.soft.roce.cm.message.Mra;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.cm.message.Rej;
import io.rtrs.soft.roce.cm.message.Rep;
import io.rtrs.soft.roce.cm.message.Rtu;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Icrc;
import io.rtrs.soft.roce.wire.RoceOpcode;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.Random;

/** Sends datagrams of all kinds that nobody should send, by a UDP socket of its own. Decided by a seed. */
final class Attacker implements AutoCloseable {
    private static final int LONGEST_DATAGRAM = 65_507;
    private static final RoceOpcode[] CODES = RoceOpcode.values();

    private final DatagramChannel channel = DatagramChannel.open();
    private final Icrc icrc = new Icrc();
    private final Random random;
    private final InetSocketAddress target;
    private final Gid from;
    private final Gid to;
    private final int port;
    private int strangers;

    /** One at {@code source}, any port of it: with the peer's address it speaks in the peer's name. */
    Attacker(InetAddress source, InetAddress target, long seed) throws IOException {
        channel.bind(new InetSocketAddress(source, 0));
        this.from = Gid.of(source);
        this.to = Gid.of(target);
        this.target = new InetSocketAddress(target, 4791);
        this.random = new Random(seed);
        this.port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    /** What must not come through: nothing of it is an intact packet of the peer's. */
    void attack(int qpn, int servicePort) throws IOException {
        switch (random.nextInt(10)) {
            case 0 -> send(new byte[random.nextInt(20)]);
            case 1 -> send(randomly(random.nextInt(3000)));
            case 2 -> send(randomly(LONGEST_DATAGRAM - random.nextInt(2)));
            case 3 -> send(damaged(sealed(packet(qpn))));
            case 4 -> send(cut(sealed(packet(qpn))));
            case 5 -> send(sealed(unknown(packet(qpn))));
            case 6 -> send(sealed(badPad(packet(qpn))));
            case 7 -> send(sealed(packet(random.nextBoolean() ? 0xFF_FFFF : 0x66_6666)));
            case 8 -> send(management(message()));
            default -> send(management(StrangersRequest.of(strangers++, from, to, servicePort)));
        }
    }

    /** An intact packet for a queue pair. */
    void sendPacket(RoceOpcode code, int qpn, int psn) throws IOException {
        byte[] bytes = new byte[code.packetLength(0)];
        Bth.put(MemorySegment.ofArray(bytes), 0, code, false, 0, qpn, true, psn);
        send(sealed(bytes));
    }

    private void send(byte[] datagram) throws IOException {
        channel.send(ByteBuffer.wrap(datagram), target);
    }

    private byte[] packet(int qpn) {
        RoceOpcode code = CODES[random.nextInt(CODES.length)];
        int payload = random.nextInt(600) & ~3;
        byte[] bytes = randomly(code.packetLength(payload));
        Bth.put(MemorySegment.ofArray(bytes), 0, code, false, payload, qpn, true, random.nextInt());
        return bytes;
    }

    private byte[] randomly(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] damaged(byte[] packet) {
        packet[packet.length - 1] ^= (byte) 0x80;
        return packet;
    }

    private byte[] cut(byte[] packet) {
        return Arrays.copyOf(packet, random.nextInt(packet.length));
    }

    private static byte[] unknown(byte[] packet) {
        packet[0] = (byte) 0xC3;
        return packet;
    }

    private static byte[] badPad(byte[] packet) {
        packet[1] |= 0x10;
        return packet;
    }

    private byte[] sealed(byte[] packet) {
        icrc.seal(MemorySegment.ofArray(packet), 0, packet.length, from, to, port, 0);
        return packet;
    }

    private byte[] management(CmMessage message) {
        byte[] packet = new byte[Gsi.PACKET_SIZE];
        MemorySegment memory = MemorySegment.ofArray(packet);
        Gsi.put(memory, 0, 0);
        message.encodeMad(memory, Gsi.HEADERS, random.nextLong());
        return sealed(packet);
    }

    /** With ids that hardly anybody has. */
    private CmMessage message() {
        int local = random.nextInt();
        int remote = random.nextInt();
        PrivateData none = PrivateData.EMPTY;
        return switch (random.nextInt(6)) {
            case 0 -> new Rep(local, remote, 0, random.nextLong(), 0x11, 0, 0, 0, 15, 7, false, none);
            case 1 -> new Rtu(local, remote, none);
            case 2 -> new Mra(local, remote, Mra.REQ, 31, none);
            case 3 -> Rej.of(local, remote, Rej.REQ, random.nextInt(40), none);
            case 4 -> new Dreq(local, remote, 0x11, none);
            default -> new Drep(local, remote, none);
        };
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
