package io.rtrs.soft.iwarp.wire;

import org.jspecify.annotations.Nullable;

/** What a Terminate can say: layer, error type and code, with their meaning (spec/iwarp.md 9.1). */
public enum TerminateError {
    LOCAL_CATASTROPHIC(0, 0, 0xFF, "local catastrophic error"),
    REMOTE_INVALID_STAG(0, 1, 0x00, "invalid key of a read or atomic"),
    REMOTE_BOUNDS(0, 1, 0x01, "a read or atomic outside the memory of its key"),
    REMOTE_ACCESS(0, 1, 0x02, "the memory does not allow this access"),
    REMOTE_NOT_ASSOCIATED(0, 1, 0x03, "the key is of another protection domain or queue pair"),
    REMOTE_WRAP(0, 1, 0x04, "address and length wrap"),
    REMOTE_CANNOT_INVALIDATE(0, 1, 0x09, "the key is not the sender's to invalidate"),
    REMOTE_UNSPECIFIED(0, 1, 0xFF, "remote protection error"),
    RDMAP_VERSION(0, 2, 0x05, "unknown RDMAP version"),
    UNEXPECTED_OPCODE(0, 2, 0x06, "unexpected opcode"),
    STREAM_CATASTROPHIC(0, 2, 0x07, "error of this connection alone"),
    GLOBAL_CATASTROPHIC(0, 2, 0x08, "error of more than this connection"),
    CANNOT_INVALIDATE(0, 2, 0x09, "the key cannot be invalidated"),
    OPERATION_UNSPECIFIED(0, 2, 0xFF, "remote operation error"),
    DDP_CATASTROPHIC(1, 0, 0x00, "local catastrophic error of DDP"),
    TAGGED_INVALID_STAG(1, 1, 0x00, "invalid key"),
    TAGGED_BOUNDS(1, 1, 0x01, "outside the memory of the key"),
    TAGGED_NOT_ASSOCIATED(1, 1, 0x02, "the key is of another protection domain or queue pair"),
    TAGGED_WRAP(1, 1, 0x03, "offset and length wrap"),
    TAGGED_VERSION(1, 1, 0x04, "unknown DDP version of a tagged segment"),
    INVALID_QUEUE(1, 2, 0x01, "invalid queue number"),
    NO_BUFFER(1, 2, 0x02, "no receive is posted"),
    INVALID_MSN(1, 2, 0x03, "message sequence number out of range"),
    INVALID_MO(1, 2, 0x04, "invalid message offset"),
    TOO_LONG(1, 2, 0x05, "the message is longer than the receive"),
    UNTAGGED_VERSION(1, 2, 0x06, "unknown DDP version of an untagged segment"),
    CONNECTION_LOST(2, 0, 0x01, "TCP connection lost"),
    CRC(2, 0, 0x02, "wrong CRC"),
    FRAME(2, 0, 0x03, "marker and length disagree, or a segment is too short"),
    STARTUP_FRAME(2, 0, 0x04, "invalid request or reply frame"),
    STARTUP_CATASTROPHIC(2, 0, 0x05, "local catastrophic error at setup"),
    INSUFFICIENT_IRD(2, 0, 0x06, "too few reads accepted"),
    NO_RTR(2, 0, 0x07, "no kind of first message in common");

    private static final TerminateError[] ALL = values();
    private static final int RDMAP = 0;
    private static final int MPA = 2;

    private final int layer;
    private final int type;
    private final int code;
    private final String meaning;

    TerminateError(int layer, int type, int code, String meaning) {
        this.layer = layer;
        this.type = type;
        this.code = code;
        this.meaning = meaning;
    }

    /** The error with these numbers, or null. The local catastrophic error has any code. */
    public static @Nullable TerminateError of(int layer, int type, int code) {
        if (layer == RDMAP && type == 0) {
            return LOCAL_CATASTROPHIC;
        }
        for (TerminateError error : ALL) {
            if (error.layer == layer && error.type == type && error.code == code) {
                return error;
            }
        }
        return null;
    }

    /** 0 RDMAP, 1 DDP, 2 MPA. */
    public int layer() {
        return layer;
    }

    /** The error type. */
    public int type() {
        return type;
    }

    /** The error code. */
    public int code() {
        return code;
    }

    /** In words. */
    public String meaning() {
        return meaning;
    }

    /** Whether the header of the segment that was refused goes along. */
    public boolean carriesHeader() {
        boolean unreadable = this == TAGGED_VERSION || this == UNTAGGED_VERSION;
        boolean none = (layer == RDMAP && type == 0)
                || layer == MPA
                || this == RDMAP_VERSION
                || this == UNEXPECTED_OPCODE
                || unreadable;
        return !none;
    }

    /** Whether the header of a Read Request goes along, if it was one that was refused. */
    public boolean carriesReadRequest() {
        return layer == RDMAP && type == 1;
    }
}
