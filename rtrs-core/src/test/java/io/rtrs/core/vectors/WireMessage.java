package io.rtrs.core.vectors;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One message as the peer sees it: a CM message, or a SEND or WRITE put together from its packets.
 *
 * @param frame where its last packet is
 * @param fromClient who sent it
 * @param kind what carries it
 * @param destinationQp the receiver's queue pair
 * @param address where a WRITE goes
 * @param rkey the key of a WRITE, or the key that a SEND invalidates
 * @param imm the immediate, 0 without
 * @param data the bytes; of a CM message the 232 bytes behind its MAD header
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record WireMessage(
        int frame, boolean fromClient, Kind kind, int destinationQp, long address, int rkey, int imm, byte[] data) {

    /** What carries a message. */
    enum Kind {
        CM_REQ,
        CM_REP,
        CM_OTHER,
        SEND,
        SEND_IMM,
        SEND_INV,
        WRITE,
        WRITE_IMM
    }

    private static final int CLIENT = 1;
    private static final int ACK = 0x11;
    private static final int MAD = 0x64;

    /** All messages of a capture without loss; acknowledgements are left out. */
    static List<WireMessage> read(String resource) {
        List<WireMessage> messages = new ArrayList<>();
        Map<Integer, Assembly> assemblies = new HashMap<>();
        for (RocePacket packet : RocePacket.read(resource)) {
            boolean fromClient = packet.source() == CLIENT;
            if (packet.opcode() == MAD) {
                messages.add(cm(packet, fromClient));
            } else if (packet.opcode() != ACK) {
                int key = (packet.source() << 24) | packet.destinationQp();
                WireMessage whole =
                        assemblies.computeIfAbsent(key, k -> new Assembly()).add(packet, fromClient);
                if (whole != null) {
                    messages.add(whole);
                }
            }
        }
        for (Assembly assembly : assemblies.values()) {
            if (assembly.first != null) {
                throw new IllegalStateException("a message without end at frame " + assembly.first.frame());
            }
        }
        return messages;
    }

    private static WireMessage cm(RocePacket packet, boolean fromClient) {
        byte[] mad = packet.payload();
        int attribute = (Byte.toUnsignedInt(mad[16]) << 8) | Byte.toUnsignedInt(mad[17]);
        Kind kind = switch (attribute) {
            case 0x10 -> Kind.CM_REQ;
            case 0x13 -> Kind.CM_REP;
            case 0x14, 0x15, 0x16 -> Kind.CM_OTHER;
            default -> throw new IllegalStateException("CM attribute " + attribute);
        };
        byte[] message = Arrays.copyOfRange(mad, 24, mad.length);
        return new WireMessage(packet.frame(), fromClient, kind, 1, 0, 0, 0, message);
    }

    /** The packets of one direction of one connection, in their order. */
    private static final class Assembly {
        private @Nullable RocePacket first;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int nextPsn = -1;

        @Nullable
        WireMessage add(RocePacket packet, boolean fromClient) {
            if (nextPsn >= 0 && packet.psn() != nextPsn) {
                throw new IllegalStateException("frame " + packet.frame() + " is not the next packet");
            }
            nextPsn = (packet.psn() + 1) & 0xFFFFFF;
            RocePacket start = first == null ? packet : first;
            bytes.writeBytes(packet.payload());
            boolean last = switch (packet.opcode()) {
                case 0x00, 0x01, 0x06, 0x07 -> false;
                default -> true;
            };
            first = last ? null : start;
            if (!last) {
                return null;
            }
            byte[] data = bytes.toByteArray();
            bytes.reset();
            Kind kind = kind(packet.opcode());
            boolean write = kind == Kind.WRITE || kind == Kind.WRITE_IMM;
            if (write && data.length != start.length()) {
                throw new IllegalStateException("frame " + packet.frame() + " ends a WRITE of another length");
            }
            return new WireMessage(
                    packet.frame(),
                    fromClient,
                    kind,
                    packet.destinationQp(),
                    start.address(),
                    write ? start.rkey() : packet.rkey(),
                    packet.imm(),
                    data);
        }

        private static Kind kind(int opcode) {
            return switch (opcode) {
                case 0x02, 0x04 -> Kind.SEND;
                case 0x03, 0x05 -> Kind.SEND_IMM;
                case 0x16, 0x17 -> Kind.SEND_INV;
                case 0x08, 0x0A -> Kind.WRITE;
                case 0x09, 0x0B -> Kind.WRITE_IMM;
                default -> throw new IllegalStateException("opcode " + opcode);
            };
        }
    }
}
