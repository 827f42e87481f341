package io.rtrs.soft.roce.wire;

import java.lang.foreign.MemorySegment;

/**
 * A received packet, BTH to ICRC, checked as far as its bytes alone can tell (spec/rocev2.md 3, 4, 18.11 to 18.14).
 *
 * <p>{@link #wrap} looks at nothing outside the given range and never throws for any bytes. It does not check the ICRC,
 * the source address, whether the queue pair exists, or a payload against the path MTU of the queue pair.
 *
 * <p>Fields are meaningful after a {@code wrap} that returned {@link #OK}, until the next one; those of a header that the
 * opcode does not have are refused with {@link IllegalStateException}.
 *
 * <p><b>Threading</b>: none of its own. <b>Ownership</b>: it remembers the memory, but does not keep it alive.
 * <b>Allocation</b>: none.
 */
public final class RocePacket {
    /** The packet is well-formed. */
    public static final int OK = 0;

    /** Refused: shorter than its headers, pad and ICRC. */
    public static final int TOO_SHORT = -1;

    /** Refused: an opcode that is not understood. */
    public static final int UNKNOWN_OPCODE = -2;

    /** Refused: a transport version other than 0. */
    public static final int BAD_VERSION = -3;

    /** Refused: another partition. */
    public static final int BAD_PKEY = -4;

    /** Refused: destination queue pair 0 or multicast. */
    public static final int BAD_QPN = -5;

    /** Refused: a payload that no packet with the opcode has, or a length that is no multiple of 4. */
    public static final int BAD_LENGTH = -6;

    /** Refused, because there is nothing to do: a well-formed congestion notification. */
    public static final int CONGESTION = -7;

    /** The refusals are -1 to minus this. */
    public static final int REFUSALS = 7;

    private static final int PKEY_PARTITION = 0x7FFF;

    private final int maxPayload;
    private MemorySegment segment = MemorySegment.NULL;
    private long offset;
    private int length;
    private RoceOpcode opcode = RoceOpcode.ACKNOWLEDGE;
    private int destQp;
    private int psn;
    private boolean ackReq;
    private int payloadLength;

    /** One of a network, where no payload is larger than {@link RoceOpcode#MAX_PAYLOAD}. */
    public RocePacket() {
        this(RoceOpcode.MAX_PAYLOAD);
    }

    /**
     * One of a link.
     *
     * @param maxPayload the largest payload that a packet may have there; a larger one is refused
     */
    public RocePacket(int maxPayload) {
        this.maxPayload = maxPayload;
    }

    /**
     * Looks at the packet in {@code length} bytes, BTH to ICRC.
     *
     * @return {@link #OK}, or one of the refusals, which are negative
     */
    public int wrap(MemorySegment memory, long start, int size) {
        if (size < Bth.SIZE + RoceOpcode.ICRC_SIZE) {
            return TOO_SHORT;
        }
        RoceOpcode code = RoceOpcode.of(Bth.opcode(memory, start));
        if (code == null) {
            return UNKNOWN_OPCODE;
        }
        if (Bth.version(memory, start) != 0) {
            return BAD_VERSION;
        }
        if ((Bth.pkey(memory, start) & PKEY_PARTITION) != PKEY_PARTITION) {
            return BAD_PKEY;
        }
        int qp = Bth.destQp(memory, start);
        if (qp == 0 || qp == Bth.MULTICAST_QPN) {
            return BAD_QPN;
        }
        int pad = Bth.padCount(memory, start);
        int payload = size - code.headerLength() - pad - RoceOpcode.ICRC_SIZE;
        if (payload < 0) {
            return TOO_SHORT;
        }
        boolean none = code.payload() == RoceOpcode.Payload.NONE;
        if (pad != Bth.padFor(payload) || payload > (none ? 0 : maxPayload)) {
            return BAD_LENGTH;
        }
        if (code == RoceOpcode.CONGESTION_NOTIFICATION) {
            return CONGESTION;
        }
        segment = memory;
        offset = start;
        length = size;
        opcode = code;
        destQp = qp;
        psn = Bth.psn(memory, start);
        ackReq = Bth.ackReq(memory, start);
        payloadLength = payload;
        return OK;
    }

    /** A refusal in words. */
    public static String describe(int refusal) {
        return switch (refusal) {
            case OK -> "well-formed";
            case TOO_SHORT -> "shorter than its headers";
            case UNKNOWN_OPCODE -> "unknown opcode";
            case BAD_VERSION -> "transport version is not 0";
            case BAD_PKEY -> "another partition";
            case BAD_QPN -> "no queue pair of ours can have this number";
            case BAD_LENGTH -> "payload does not fit the opcode";
            case CONGESTION -> "congestion notification";
            default -> throw new IllegalArgumentException("no refusal " + refusal);
        };
    }

    /** The memory in which it is. */
    public MemorySegment segment() {
        return segment;
    }

    /** Where its BTH is. */
    public long offset() {
        return offset;
    }

    /** Its bytes, BTH to ICRC. */
    public int length() {
        return length;
    }

    /** Its opcode. */
    public RoceOpcode opcode() {
        return opcode;
    }

    /** Destination queue pair. */
    public int destQp() {
        return destQp;
    }

    /** Packet sequence number. */
    public int psn() {
        return psn;
    }

    /** Whether an acknowledgement is asked for. */
    public boolean ackReq() {
        return ackReq;
    }

    /** Whether the receiver's consumer wants an event. */
    public boolean solicited() {
        return Bth.solicited(segment, offset);
    }

    /** Where the payload is in {@link #segment()}. */
    public long payloadOffset() {
        return offset + opcode.headerLength();
    }

    /** Bytes of payload, pad not included. */
    public int payloadLength() {
        return payloadLength;
    }

    /** Virtual address of a WRITE, READ or atomic. */
    public long remoteAddress() {
        int atomic = opcode.atomicOffset();
        return atomic == RoceOpcode.ABSENT
                ? Reth.address(segment, at(opcode.rethOffset()))
                : AtomicEth.address(segment, offset + atomic);
    }

    /** Key of a WRITE, READ or atomic. */
    public int rkey() {
        int atomic = opcode.atomicOffset();
        return atomic == RoceOpcode.ABSENT
                ? Reth.rkey(segment, at(opcode.rethOffset()))
                : AtomicEth.rkey(segment, offset + atomic);
    }

    /** Length of the whole WRITE or READ, 0..2^32-1. */
    public long dmaLength() {
        return Reth.length(segment, at(opcode.rethOffset()));
    }

    /** The immediate. */
    public int immediate() {
        return ImmDt.get(segment, at(opcode.immOffset()));
    }

    /** The key that a SEND invalidates. */
    public int invalidateKey() {
        return Ieth.rkey(segment, at(opcode.iethOffset()));
    }

    /** Syndrome of a response. */
    public int syndrome() {
        return Aeth.syndrome(segment, at(opcode.aethOffset()));
    }

    /** Message sequence number of a response. */
    public int msn() {
        return Aeth.msn(segment, at(opcode.aethOffset()));
    }

    /** Queue key of a datagram. */
    public int qkey() {
        return Deth.qkey(segment, at(opcode.dethOffset()));
    }

    /** Sender's queue pair of a datagram. */
    public int sourceQp() {
        return Deth.sourceQp(segment, at(opcode.dethOffset()));
    }

    /** What an atomic puts in place or adds. */
    public long swapOrAdd() {
        return AtomicEth.swapOrAdd(segment, at(opcode.atomicOffset()));
    }

    /** What COMPARE SWAP expects. */
    public long compare() {
        return AtomicEth.compare(segment, at(opcode.atomicOffset()));
    }

    /** What an atomic found. */
    public long originalValue() {
        return AtomicAckEth.original(segment, at(opcode.atomicAckOffset()));
    }

    private long at(int header) {
        if (header == RoceOpcode.ABSENT) {
            throw new IllegalStateException(opcode + " has no such header");
        }
        return offset + header;
    }
}
