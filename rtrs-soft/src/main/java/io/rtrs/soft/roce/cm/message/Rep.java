package io.rtrs.soft.roce.cm.message;

import static io.rtrs.soft.roce.wire.Layouts.BE32;
import static io.rtrs.soft.roce.wire.Layouts.BE64;
import static io.rtrs.soft.roce.wire.Layouts.put8;
import static io.rtrs.soft.roce.wire.Layouts.u8;

import java.lang.foreign.MemorySegment;

/**
 * The passive side accepts (spec/rocev2.md 11.2).
 *
 * @param localId the passive side's id
 * @param remoteId the active side's, from the REQ
 * @param vendorId 24 bits, 0
 * @param caGuid which node the sender is
 * @param qpn the passive side's queue pair
 * @param startingPsn at which the passive side <em>receives</em> (spec/rocev2.md 5.3)
 * @param responderResources READs and atomics that it serves at a time
 * @param initiatorDepth READs and atomics that it will have under way
 * @param targetAckDelay how long its acknowledgements may take, as a time code
 * @param rnrRetry for the receiver's queue pair
 * @param srq whether it has a shared receive queue
 * @param privateData at most 196 bytes
 */
public record Rep(
        int localId,
        int remoteId,
        int vendorId,
        long caGuid,
        int qpn,
        int startingPsn,
        int responderResources,
        int initiatorDepth,
        int targetAckDelay,
        int rnrRetry,
        boolean srq,
        PrivateData privateData)
        implements CmMessage {
    /** Its attribute id. */
    public static final int ATTRIBUTE = 0x13;

    /** Bytes of private data. */
    public static final int PRIVATE_SIZE = 196;

    private static final int QPN = 12;
    private static final int VENDOR_HIGH = 15;
    private static final int VENDOR_MIDDLE = 19;
    private static final int PSN = 20;
    private static final int VENDOR_LOW = 23;
    private static final int RESPONDER = 24;
    private static final int INITIATOR = 25;
    private static final int ACK_DELAY = 26;
    private static final int RNR = 27;
    private static final int GUID = 28;
    private static final int PRIVATE = 36;

    static {
        assert PRIVATE + PRIVATE_SIZE == Mad.MESSAGE_SIZE;
    }

    /** Checks the ranges. */
    public Rep {
        Fields.fits24("vendor", vendorId);
        Fields.fits24("queue pair", qpn);
        Fields.fits24("starting PSN", startingPsn);
        Fields.fits("responder resources", responderResources, 8);
        Fields.fits("initiator depth", initiatorDepth, 8);
        Fields.fits("target ACK delay", targetAckDelay, 5);
        Fields.fits("RNR retry count", rnrRetry, 3);
    }

    @Override
    public int attribute() {
        return ATTRIBUTE;
    }

    /** The message in 232 bytes. */
    public static Rep decode(MemorySegment segment, long offset) {
        int vendor = u8(segment, offset + VENDOR_HIGH) << 16
                | u8(segment, offset + VENDOR_MIDDLE) << 8
                | u8(segment, offset + VENDOR_LOW);
        return new Rep(
                Fields.localId(segment, offset),
                Fields.remoteId(segment, offset),
                vendor,
                segment.get(BE64, offset + GUID),
                Fields.u24(segment, offset + QPN),
                Fields.u24(segment, offset + PSN),
                u8(segment, offset + RESPONDER),
                u8(segment, offset + INITIATOR),
                Fields.bits(segment, offset + ACK_DELAY, 3, 5),
                Fields.bits(segment, offset + RNR, 5, 3),
                Fields.bit(segment, offset + RNR, 4),
                PrivateData.get(segment, offset + PRIVATE, PRIVATE_SIZE));
    }

    @Override
    public void encode(MemorySegment segment, long offset) {
        Fields.begin(segment, offset, localId, remoteId);
        Fields.put24and8(segment, offset + QPN, qpn, vendorId >> 16);
        segment.set(BE32, offset + QPN + 4, vendorId >> 8 & 0xFF);
        Fields.put24and8(segment, offset + PSN, startingPsn, vendorId);
        put8(segment, offset + RESPONDER, responderResources);
        put8(segment, offset + INITIATOR, initiatorDepth);
        put8(segment, offset + ACK_DELAY, targetAckDelay << 3);
        put8(segment, offset + RNR, rnrRetry << 5 | Fields.bit(srq, 4));
        segment.set(BE64, offset + GUID, caGuid);
        privateData.put(segment, offset + PRIVATE, PRIVATE_SIZE);
    }
}
