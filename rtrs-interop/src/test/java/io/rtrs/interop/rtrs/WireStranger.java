package io.rtrs.interop.rtrs;

import io.rtrs.soft.roce.cm.Gsi;
import io.rtrs.soft.roce.cm.message.IpCmHeader;
import io.rtrs.soft.roce.cm.message.Path;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.cm.message.Req;
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
import java.util.Random;

/** Somebody else on the network of a server on software RoCE, who sends it datagrams. Decided by a seed. */
final class WireStranger implements AutoCloseable {
    private static final RoceOpcode[] CODES = RoceOpcode.values();

    private final DatagramChannel channel = DatagramChannel.open();
    private final Icrc icrc = new Icrc();
    private final Random random;
    private final InetSocketAddress server;
    private final InetSocketAddress self;
    private int requests;

    WireStranger(InetAddress at, InetSocketAddress server, long seed) throws IOException {
        channel.bind(new InetSocketAddress(at, 0));
        this.self = (InetSocketAddress) channel.getLocalAddress();
        this.server = server;
        this.random = new Random(seed);
    }

    /** Bytes, a packet that is nobody's, or a request for a connection with any private data. */
    void send() throws IOException {
        switch (random.nextInt(3)) {
            case 0 -> send(randomly(random.nextInt(2000)));
            case 1 -> send(sealed(packet()));
            default -> send(sealed(request()));
        }
    }

    private void send(byte[] datagram) throws IOException {
        channel.send(ByteBuffer.wrap(datagram), new InetSocketAddress(server.getAddress(), 4791));
    }

    private byte[] randomly(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] packet() {
        RoceOpcode code = CODES[random.nextInt(CODES.length)];
        int payload = random.nextInt(1000) & ~3;
        byte[] bytes = randomly(code.packetLength(payload));
        Bth.put(MemorySegment.ofArray(bytes), 0, code, false, payload, random.nextInt(), true, random.nextInt());
        return bytes;
    }

    private byte[] request() {
        byte[] packet = new byte[Gsi.PACKET_SIZE];
        MemorySegment memory = MemorySegment.ofArray(packet);
        Gsi.put(memory, 0, 0);
        int who = ++requests;
        Gid from = Gid.of(self.getAddress());
        Gid to = Gid.of(server.getAddress());
        PrivateData data = PrivateData.of(randomly(random.nextInt(IpCmHeader.CONSUMER_SIZE + 1)));
        new Req(
                        who,
                        0,
                        IpCmHeader.serviceId(server.getPort()),
                        0x7000_0000L + who,
                        new Req.QueuePair(Req.QueuePair.RC, 0x11, who & 0xFF_FFFF, 0, 0, 7, 7, 3, false, false),
                        new Req.Times(18, 17, 15),
                        0xFFFF,
                        new Path(Path.NO_LID, Path.NO_LID, from, to, who & 0xF_FFFF, 0, 0, 64, 0, false, 17),
                        Path.NONE,
                        new IpCmHeader(self.getPort(), from, to).with(data))
                .encodeMad(memory, Gsi.HEADERS, who);
        return packet;
    }

    private byte[] sealed(byte[] packet) {
        MemorySegment memory = MemorySegment.ofArray(packet);
        icrc.seal(memory, 0, packet.length, Gid.of(self.getAddress()), Gid.of(server.getAddress()), self.getPort(), 0);
        return packet;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
