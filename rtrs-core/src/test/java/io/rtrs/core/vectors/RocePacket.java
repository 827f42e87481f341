package io.rtrs.core.vectors;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One RoCEv2 packet of a capture: Ethernet, IPv4, UDP 4791, then the transport headers that its opcode has.
 *
 * @param frame number in the capture, from 1
 * @param source last byte of the sender's IPv4 address
 * @param opcode BTH opcode
 * @param destinationQp BTH destination
 * @param psn BTH packet sequence number
 * @param address RETH address, 0 without
 * @param rkey RETH key or IETH key, 0 without
 * @param length RETH length, 0 without
 * @param imm immediate as a value, 0 without
 * @param payload without padding and ICRC
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RocePacket(
        int frame,
        int source,
        int opcode,
        int destinationQp,
        int psn,
        long address,
        int rkey,
        int length,
        int imm,
        byte[] payload) {

    private static final int ETHERNET = 14;

    /** All packets of a classic little-endian pcap file of the test resources. */
    static List<RocePacket> read(String resource) {
        try (InputStream in = Objects.requireNonNull(RocePacket.class.getResourceAsStream(resource), resource)) {
            ByteBuffer file = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            if (file.getInt(0) != 0xA1B2C3D4 || file.getInt(20) != 1) {
                throw new IllegalStateException(resource + " is not an Ethernet capture");
            }
            List<RocePacket> packets = new ArrayList<>();
            int at = 24;
            while (at < file.limit()) {
                int size = file.getInt(at + 8);
                if (size != file.getInt(at + 12)) {
                    throw new IllegalStateException("frame " + (packets.size() + 1) + " is cut");
                }
                packets.add(parse(packets.size() + 1, file.slice(at + 16, size)));
                at += 16 + size;
            }
            return packets;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RocePacket parse(int frame, ByteBuffer bytes) {
        boolean ipv4Udp = bytes.getShort(12) == 0x0800 && bytes.get(ETHERNET) == 0x45 && bytes.get(ETHERNET + 9) == 17;
        int udp = ETHERNET + 20;
        if (!ipv4Udp || bytes.getShort(udp + 2) != 4791) {
            throw new IllegalStateException("frame " + frame + " is not RoCEv2 over IPv4");
        }
        int bth = udp + 8;
        int end = udp + Short.toUnsignedInt(bytes.getShort(udp + 4));
        int opcode = Byte.toUnsignedInt(bytes.get(bth));
        int pad = (bytes.get(bth + 1) >> 4) & 3;
        int at = bth + 12;
        long address = 0;
        int rkey = 0;
        int length = 0;
        int imm = 0;
        switch (opcode) {
            case 0x06, 0x0A, 0x0B -> {
                address = bytes.getLong(at);
                rkey = bytes.getInt(at + 8);
                length = bytes.getInt(at + 12);
                at += 16;
                if (opcode == 0x0B) {
                    imm = bytes.getInt(at);
                    at += 4;
                }
            }
            case 0x03, 0x05, 0x09 -> {
                imm = bytes.getInt(at);
                at += 4;
            }
            case 0x16, 0x17 -> {
                rkey = bytes.getInt(at);
                at += 4;
            }
            case 0x11 -> at += 4;
            case 0x64 -> at += 8;
            case 0x00, 0x01, 0x02, 0x04, 0x07, 0x08 -> {}
            default -> throw new IllegalStateException("frame " + frame + " has opcode " + opcode);
        }
        byte[] payload = new byte[end - 4 - pad - at];
        bytes.get(at, payload);
        return new RocePacket(
                frame,
                Byte.toUnsignedInt(bytes.get(ETHERNET + 15)),
                opcode,
                bytes.getInt(bth + 4) & 0xFFFFFF,
                bytes.getInt(bth + 8) & 0xFFFFFF,
                address,
                rkey,
                length,
                imm,
                payload);
    }
}
