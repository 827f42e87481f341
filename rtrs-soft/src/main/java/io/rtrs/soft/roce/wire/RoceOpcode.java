package io.rtrs.soft.roce.wire;

import org.jspecify.annotations.Nullable;

/**
 * The opcodes that are understood and everything that follows from the opcode alone: headers and their places, the part
 * of a message, who handles it, whether it needs a receive, which payload it may have (spec/rocev2.md 4).
 *
 * <p><b>Allocation</b>: none.
 */
public enum RoceOpcode {
    /** First packet of a SEND. */
    SEND_FIRST(0x00, Operation.SEND, Part.FIRST, Payload.FULL, 0),
    /** Middle packet of a SEND. */
    SEND_MIDDLE(0x01, Operation.SEND, Part.MIDDLE, Payload.FULL, 0),
    /** Last packet of a SEND. */
    SEND_LAST(0x02, Operation.SEND, Part.LAST, Payload.SOME, 0),
    /** Last packet of a SEND, with an immediate. */
    SEND_LAST_IMM(0x03, Operation.SEND, Part.LAST, Payload.SOME, Has.IMM),
    /** A SEND of one packet. */
    SEND_ONLY(0x04, Operation.SEND, Part.ONLY, Payload.ANY, 0),
    /** A SEND of one packet, with an immediate. */
    SEND_ONLY_IMM(0x05, Operation.SEND, Part.ONLY, Payload.ANY, Has.IMM),
    /** First packet of a WRITE. */
    WRITE_FIRST(0x06, Operation.WRITE, Part.FIRST, Payload.FULL, Has.RETH),
    /** Middle packet of a WRITE. */
    WRITE_MIDDLE(0x07, Operation.WRITE, Part.MIDDLE, Payload.FULL, 0),
    /** Last packet of a WRITE. */
    WRITE_LAST(0x08, Operation.WRITE, Part.LAST, Payload.SOME, 0),
    /** Last packet of a WRITE, with an immediate. */
    WRITE_LAST_IMM(0x09, Operation.WRITE, Part.LAST, Payload.SOME, Has.IMM),
    /** A WRITE of one packet. */
    WRITE_ONLY(0x0A, Operation.WRITE, Part.ONLY, Payload.ANY, Has.RETH),
    /** A WRITE of one packet, with an immediate. */
    WRITE_ONLY_IMM(0x0B, Operation.WRITE, Part.ONLY, Payload.ANY, Has.RETH | Has.IMM),
    /** A READ. */
    READ_REQUEST(0x0C, Operation.READ, Part.ONLY, Payload.NONE, Has.RETH),
    /** First packet of the answer to a READ. */
    READ_RESPONSE_FIRST(0x0D, Operation.READ_RESPONSE, Part.FIRST, Payload.FULL, Has.AETH),
    /** Middle packet of the answer to a READ. */
    READ_RESPONSE_MIDDLE(0x0E, Operation.READ_RESPONSE, Part.MIDDLE, Payload.FULL, 0),
    /** Last packet of the answer to a READ. */
    READ_RESPONSE_LAST(0x0F, Operation.READ_RESPONSE, Part.LAST, Payload.SOME, Has.AETH),
    /** The answer to a READ in one packet. */
    READ_RESPONSE_ONLY(0x10, Operation.READ_RESPONSE, Part.ONLY, Payload.ANY, Has.AETH),
    /** ACK, NAK or RNR NAK. */
    ACKNOWLEDGE(0x11, Operation.ACK, Part.ONLY, Payload.NONE, Has.AETH),
    /** The answer to an atomic. */
    ATOMIC_ACKNOWLEDGE(0x12, Operation.ATOMIC_ACK, Part.ONLY, Payload.NONE, Has.AETH | Has.ATOMIC_ACK),
    /** Compare and swap of eight bytes. */
    COMPARE_SWAP(0x13, Operation.ATOMIC, Part.ONLY, Payload.NONE, Has.ATOMIC),
    /** Fetch and add of eight bytes. */
    FETCH_ADD(0x14, Operation.ATOMIC, Part.ONLY, Payload.NONE, Has.ATOMIC),
    /** Last packet of a SEND, with a key to invalidate. */
    SEND_LAST_INVALIDATE(0x16, Operation.SEND, Part.LAST, Payload.SOME, Has.IETH),
    /** A SEND of one packet, with a key to invalidate. */
    SEND_ONLY_INVALIDATE(0x17, Operation.SEND, Part.ONLY, Payload.ANY, Has.IETH),
    /** A datagram: the management messages of QP1. */
    UD_SEND_ONLY(0x64, Operation.DATAGRAM, Part.ONLY, Payload.ANY, Has.DETH),
    /** A datagram with an immediate. */
    UD_SEND_ONLY_IMM(0x65, Operation.DATAGRAM, Part.ONLY, Payload.ANY, Has.DETH | Has.IMM),
    /** Congestion notification; its 16 reserved bytes count as header (spec/rocev2.md 15). */
    CONGESTION_NOTIFICATION(0x81, Operation.CONGESTION, Part.ONLY, Payload.NONE, Has.RESERVED);

    /** What a packet is part of. */
    public enum Operation {
        /** A SEND of any kind. */
        SEND,
        /** A WRITE of any kind. */
        WRITE,
        /** A READ request. */
        READ,
        /** COMPARE SWAP or FETCH ADD. */
        ATOMIC,
        /** Answer to a READ. */
        READ_RESPONSE,
        /** ACK, NAK, RNR NAK. */
        ACK,
        /** Answer to an atomic. */
        ATOMIC_ACK,
        /** An unreliable datagram. */
        DATAGRAM,
        /** Congestion notification. */
        CONGESTION
    }

    /** Where in its message a packet stands. */
    public enum Part {
        /** The first of several. */
        FIRST,
        /** Neither the first nor the last. */
        MIDDLE,
        /** The last of several. */
        LAST,
        /** The whole message. */
        ONLY
    }

    /** Which payload the opcode allows. */
    public enum Payload {
        /** None. */
        NONE,
        /** Exactly one path MTU. */
        FULL,
        /** 1 byte to one path MTU. */
        SOME,
        /** 0 bytes to one path MTU. */
        ANY
    }

    /** Headers as bits, in the order of the wire. */
    private static final class Has {
        static final int DETH = 1;
        static final int RETH = 2;
        static final int ATOMIC = 4;
        static final int AETH = 8;
        static final int ATOMIC_ACK = 16;
        static final int IMM = 32;
        static final int IETH = 64;
        static final int RESERVED = 128;
        static final int[] SIZES = {
            Deth.SIZE, Reth.SIZE, AtomicEth.SIZE, Aeth.SIZE, AtomicAckEth.SIZE, ImmDt.SIZE, Ieth.SIZE, 16
        };
    }

    /** Bytes of the ICRC, which ends every packet. */
    public static final int ICRC_SIZE = 4;

    /** The place of a header that the opcode does not have. */
    public static final int ABSENT = -1;

    /** The largest payload of a packet on a network: the largest path MTU. */
    public static final int MAX_PAYLOAD = 4096;

    /** The same between two loopback addresses, where no adapter and no kernel is the peer. */
    public static final int MAX_LOOPBACK_PAYLOAD = 8192;

    /** The longest packet on a network, BTH to ICRC. */
    public static final int MAX_PACKET;

    /** The longest packet. */
    public static final int MAX_LOOPBACK_PACKET;

    private static final @Nullable RoceOpcode[] BY_CODE = new RoceOpcode[256];

    static {
        int longest = 0;
        for (RoceOpcode opcode : values()) {
            BY_CODE[opcode.code] = opcode;
            int payload = opcode.payload == Payload.NONE ? 0 : MAX_PAYLOAD;
            longest = Math.max(longest, opcode.packetLength(payload));
        }
        MAX_PACKET = longest;
        MAX_LOOPBACK_PACKET = longest - MAX_PAYLOAD + MAX_LOOPBACK_PAYLOAD;
    }

    private final int code;
    private final Operation operation;
    private final Part part;
    private final Payload payload;
    private final int headers;
    private final int headerLength;

    RoceOpcode(int code, Operation operation, Part part, Payload payload, int headers) {
        this.code = code;
        this.operation = operation;
        this.part = part;
        this.payload = payload;
        this.headers = headers;
        this.headerLength = placeOf(1 << Has.SIZES.length);
    }

    /** The opcode with this code, or null if it is unknown. Bits above the eighth are ignored. */
    public static @Nullable RoceOpcode of(int code) {
        return BY_CODE[code & 0xFF];
    }

    /** The byte on the wire. */
    public int code() {
        return code;
    }

    /** What it is part of. */
    public Operation operation() {
        return operation;
    }

    /** Where in its message it stands. */
    public Part part() {
        return part;
    }

    /** Which payload it may have. */
    public Payload payload() {
        return payload;
    }

    /** Bytes of BTH and extended headers. */
    public int headerLength() {
        return headerLength;
    }

    /** Bytes of a packet with this payload: headers, payload, pad, ICRC. */
    public int packetLength(int payloadLength) {
        return headerLength + ((payloadLength + 3) & ~3) + ICRC_SIZE;
    }

    /** Whether it is FIRST or ONLY. */
    public boolean startsMessage() {
        return part == Part.FIRST || part == Part.ONLY;
    }

    /** Whether it is LAST or ONLY. */
    public boolean endsMessage() {
        return part == Part.LAST || part == Part.ONLY;
    }

    /** Whether the responder of an RC queue pair handles it. */
    public boolean isRequest() {
        return switch (operation) {
            case SEND, WRITE, READ, ATOMIC -> true;
            case READ_RESPONSE, ACK, ATOMIC_ACK, DATAGRAM, CONGESTION -> false;
        };
    }

    /** Whether the requester of an RC queue pair handles it. */
    public boolean isResponse() {
        return switch (operation) {
            case READ_RESPONSE, ACK, ATOMIC_ACK -> true;
            case SEND, WRITE, READ, ATOMIC, DATAGRAM, CONGESTION -> false;
        };
    }

    /** Whether it takes a receive work request: the start of a SEND, and the end of a WRITE with immediate. */
    public boolean needsReceive() {
        return operation == Operation.SEND ? startsMessage() : (operation == Operation.WRITE && hasImmediate());
    }

    /** Whether an immediate is there. */
    public boolean hasImmediate() {
        return (headers & Has.IMM) != 0;
    }

    /** Whether a key to invalidate is there. */
    public boolean hasInvalidate() {
        return (headers & Has.IETH) != 0;
    }

    /** Where the RETH is, from the BTH on, or {@link #ABSENT}. */
    public int rethOffset() {
        return offsetOf(Has.RETH);
    }

    /** Where the AETH is, from the BTH on, or {@link #ABSENT}. */
    public int aethOffset() {
        return offsetOf(Has.AETH);
    }

    /** Where the immediate is, from the BTH on, or {@link #ABSENT}. */
    public int immOffset() {
        return offsetOf(Has.IMM);
    }

    /** Where the IETH is, from the BTH on, or {@link #ABSENT}. */
    public int iethOffset() {
        return offsetOf(Has.IETH);
    }

    /** Where the DETH is, from the BTH on, or {@link #ABSENT}. */
    public int dethOffset() {
        return offsetOf(Has.DETH);
    }

    /** Where the AtomicETH is, from the BTH on, or {@link #ABSENT}. */
    public int atomicOffset() {
        return offsetOf(Has.ATOMIC);
    }

    /** Where the AtomicAckETH is, from the BTH on, or {@link #ABSENT}. */
    public int atomicAckOffset() {
        return offsetOf(Has.ATOMIC_ACK);
    }

    private int offsetOf(int header) {
        return (headers & header) == 0 ? ABSENT : placeOf(header);
    }

    private int placeOf(int header) {
        int place = Bth.SIZE;
        for (int i = 0; (1 << i) < header; i++) {
            if ((headers & (1 << i)) != 0) {
                place += Has.SIZES[i];
            }
        }
        return place;
    }
}
