package io.rtrs.soft.iwarp.wire;

import org.jspecify.annotations.Nullable;

/**
 * The messages of RDMAP (spec/iwarp.md 8), with two of our own that endpoints agree on (13.2).
 *
 * <p>Lengths are of the ULPDU, control bytes included.
 */
public enum RdmapOpcode {
    WRITE(0, true, RdmapOpcode.NO_QUEUE, TaggedHeader.SIZE, Fpdu.MAX_ULPDU),
    READ_REQUEST(1, false, RdmapOpcode.QUEUE_REQUESTS, ReadRequest.END, ReadRequest.END),
    READ_RESPONSE(2, true, RdmapOpcode.NO_QUEUE, TaggedHeader.SIZE, Fpdu.MAX_ULPDU),
    SEND(3, false, RdmapOpcode.QUEUE_SENDS, UntaggedHeader.SIZE, Fpdu.MAX_ULPDU),
    SEND_INVALIDATE(4, false, RdmapOpcode.QUEUE_SENDS, UntaggedHeader.SIZE, Fpdu.MAX_ULPDU),
    SEND_SOLICITED(5, false, RdmapOpcode.QUEUE_SENDS, UntaggedHeader.SIZE, Fpdu.MAX_ULPDU),
    SEND_SOLICITED_INVALIDATE(6, false, RdmapOpcode.QUEUE_SENDS, UntaggedHeader.SIZE, Fpdu.MAX_ULPDU),
    TERMINATE(7, false, RdmapOpcode.QUEUE_TERMINATE, TerminateMessage.LEAST, TerminateMessage.MOST),
    IMMEDIATE(8, false, RdmapOpcode.QUEUE_SENDS, ImmediateData.END, ImmediateData.END),
    IMMEDIATE_SOLICITED(9, false, RdmapOpcode.QUEUE_SENDS, ImmediateData.END, ImmediateData.END),
    ATOMIC_REQUEST(10, false, RdmapOpcode.QUEUE_REQUESTS, AtomicRequest.END, AtomicRequest.END),
    ATOMIC_RESPONSE(11, false, RdmapOpcode.QUEUE_ATOMICS, AtomicResponse.END, AtomicResponse.END),
    SEND_IMMEDIATE(12, false, RdmapOpcode.QUEUE_SENDS, UntaggedHeader.SIZE, Fpdu.MAX_ULPDU),
    SEND_IMMEDIATE_SOLICITED(13, false, RdmapOpcode.QUEUE_SENDS, UntaggedHeader.SIZE, Fpdu.MAX_ULPDU);

    /** Of tagged messages. */
    public static final int NO_QUEUE = -1;

    /** Queue number of what takes a receive. */
    public static final int QUEUE_SENDS = 0;

    /** Queue number of Read and Atomic Requests. */
    public static final int QUEUE_REQUESTS = 1;

    /** Queue number of Terminate. */
    public static final int QUEUE_TERMINATE = 2;

    /** Queue number of Atomic Responses. */
    public static final int QUEUE_ATOMICS = 3;

    private static final int VERSION = 0x40;
    private static final int CODE = 0x0F;
    private static final int UNKNOWN_FROM = 14;
    private static final RdmapOpcode[] ALL = values();

    private final int code;
    private final boolean tagged;
    private final int queue;
    private final int least;
    private final int most;

    RdmapOpcode(int code, boolean tagged, int queue, int least, int most) {
        this.code = code;
        this.tagged = tagged;
        this.queue = queue;
        this.least = least;
        this.most = most;
    }

    /** The message of an RDMAP control byte, or null if there is none with this code. */
    public static @Nullable RdmapOpcode of(int control) {
        int code = control & CODE;
        return code < UNKNOWN_FROM ? ALL[code] : null;
    }

    /** The RDMAP version of a control byte. */
    public static int version(int control) {
        return control >>> 6;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** The RDMAP control byte: version 1, reserved bits 0. */
    public int control() {
        return VERSION | code;
    }

    /** Whether it names its memory by key and offset: the T bit. */
    public boolean isTagged() {
        return tagged;
    }

    /** Its queue number, or {@link #NO_QUEUE}. */
    public int queue() {
        return queue;
    }

    /** Bytes of its DDP header: control bytes and what DDP puts behind them. */
    public int ddpHeader() {
        return tagged ? TaggedHeader.SIZE : UntaggedHeader.SIZE;
    }

    /** The shortest that it can be: all its headers, and its data where that has one length. */
    public int least() {
        return least;
    }

    /** The longest that one segment of it can be. */
    public int most() {
        return most;
    }

    /** Whether its data is of any length, and it may have several segments. */
    public boolean hasPayload() {
        return most == Fpdu.MAX_ULPDU;
    }

    /** Whether it carries data into a receive. */
    public boolean isSend() {
        return queue == QUEUE_SENDS && hasPayload();
    }

    /** Whether it takes a receive for its immediate alone. */
    public boolean isImmediate() {
        return this == IMMEDIATE || this == IMMEDIATE_SOLICITED;
    }

    /** Whether it is a message with an immediate before its data, which only our own endpoints know (spec/iwarp.md 13.2). */
    public boolean isSendImmediate() {
        return this == SEND_IMMEDIATE || this == SEND_IMMEDIATE_SOLICITED;
    }

    /** Whether it names a key that is no longer to be used. */
    public boolean invalidates() {
        return this == SEND_INVALIDATE || this == SEND_SOLICITED_INVALIDATE;
    }

    /** Whether it ends a wait for solicited completions. */
    public boolean isSolicited() {
        return switch (this) {
            case SEND_SOLICITED, SEND_SOLICITED_INVALIDATE, IMMEDIATE_SOLICITED, SEND_IMMEDIATE_SOLICITED -> true;
            default -> false;
        };
    }
}
