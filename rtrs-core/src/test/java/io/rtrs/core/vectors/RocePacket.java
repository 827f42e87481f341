package io.rtrs.core.vectors;

import io.rtrs.soft.roce.link.PcapReader;
import io.rtrs.soft.roce.wire.Layouts;
import io.rtrs.soft.roce.wire.RoceOpcode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One RoCEv2 packet of a capture, with the transport headers that its opcode has.
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

    private static final long LAST_BYTE = 0xFF;

    /** All packets of a capture of the test resources. */
    static List<RocePacket> read(String resource) {
        try (InputStream in = Objects.requireNonNull(RocePacket.class.getResourceAsStream(resource), resource)) {
            List<RocePacket> packets = new ArrayList<>();
            for (PcapReader.Packet packet : PcapReader.read(in)) {
                packets.add(parse(packet));
            }
            return packets;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RocePacket parse(PcapReader.Packet captured) {
        io.rtrs.soft.roce.wire.RocePacket packet = new io.rtrs.soft.roce.wire.RocePacket();
        if (packet.wrap(captured.ip(), captured.offset(), captured.length()) != 0) {
            throw new IllegalStateException("frame " + captured.frame() + " is malformed");
        }
        RoceOpcode opcode = packet.opcode();
        boolean remote = opcode.rethOffset() != RoceOpcode.ABSENT;
        int invalidated = opcode.hasInvalidate() ? packet.invalidateKey() : 0;
        return new RocePacket(
                captured.frame(),
                (int) (captured.source().lo() & LAST_BYTE),
                opcode.code(),
                packet.destQp(),
                packet.psn(),
                remote ? packet.remoteAddress() : 0,
                remote ? packet.rkey() : invalidated,
                remote ? (int) packet.dmaLength() : 0,
                opcode.hasImmediate() ? packet.immediate() : 0,
                captured.ip()
                        .asSlice(packet.payloadOffset(), packet.payloadLength())
                        .toArray(Layouts.U8));
    }
}
