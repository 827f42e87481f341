package io.rtrs.core.imm;

import io.rtrs.core.error.Errno;
import io.rtrs.core.wire.Protocol;

/**
 * The 32-bit immediates as values of the host: four bits of type above 28 bits of payload (spec/rtrs.md 2). On the wire they
 * are big-endian; {@code io.rtrs.verbs.Imm} converts to and from the raw word of verbs.
 *
 * <p><b>Allocation</b>: none.
 */
public final class Immediates {
    /** Client to server: a request; see {@link ImmediateLayout}. */
    public static final int TYPE_IO_REQ = 0;

    /** Server to client: the answer to a request. */
    public static final int TYPE_IO_RSP = 1;

    /** Server to client: the answer to a request, after a SEND WITH INVALIDATE. */
    public static final int TYPE_IO_RSP_W_INV = 2;

    /** Either way: a heartbeat. */
    public static final int TYPE_HB_MSG = 8;

    /** Either way: the answer to a heartbeat. */
    public static final int TYPE_HB_ACK = 9;

    /** The whole immediate of a heartbeat. */
    public static final int HB_MSG = TYPE_HB_MSG << Protocol.IMM_PAYLOAD_BITS;

    /** The whole immediate of a heartbeat's answer. */
    public static final int HB_ACK = TYPE_HB_ACK << Protocol.IMM_PAYLOAD_BITS;

    private static final int PAYLOAD_MASK = (1 << Protocol.IMM_PAYLOAD_BITS) - 1;
    private static final int ID_MASK = (1 << Protocol.RSP_ID_BITS) - 1;

    private Immediates() {}

    /** Puts type and payload together; bits of the payload above the 28th are lost. */
    public static int of(int type, int payload) {
        return (type << Protocol.IMM_PAYLOAD_BITS) | (payload & PAYLOAD_MASK);
    }

    /** The type, 0 to 15. */
    public static int type(int imm) {
        return imm >>> Protocol.IMM_PAYLOAD_BITS;
    }

    /** The payload, 28 bits. */
    public static int payload(int imm) {
        return imm & PAYLOAD_MASK;
    }

    /**
     * The immediate of an answer.
     *
     * @param status 0 or a negative errno; what nine bits cannot hold becomes EIO
     * @param messageId the buffer id of the request
     * @param invalidated whether a SEND WITH INVALIDATE went before
     */
    public static int ioResponse(int status, int messageId, boolean invalidated) {
        if (status > 0 || messageId < 0 || messageId > ID_MASK) {
            throw new IllegalArgumentException("status " + status + ", message id " + messageId);
        }
        int errno = status < -Errno.WIRE_MAX ? Errno.EIO : -status;
        return of(invalidated ? TYPE_IO_RSP_W_INV : TYPE_IO_RSP, (errno << Protocol.RSP_ID_BITS) | messageId);
    }

    /** The result in an answer: 0 or a negative errno. */
    public static int status(int imm) {
        return -(payload(imm) >>> Protocol.RSP_ID_BITS);
    }

    /** The message id in an answer, 0 to 2^19 − 1: the receiver checks it against the queue depth. */
    public static int messageId(int imm) {
        return imm & ID_MASK;
    }
}
