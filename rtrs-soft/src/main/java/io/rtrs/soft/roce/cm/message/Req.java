package io.rtrs.soft.roce.cm.message;

import static io.rtrs.soft.roce.wire.Layouts.BE32;
import static io.rtrs.soft.roce.wire.Layouts.BE64;
import static io.rtrs.soft.roce.wire.Layouts.put16;
import static io.rtrs.soft.roce.wire.Layouts.put8;
import static io.rtrs.soft.roce.wire.Layouts.u16;
import static io.rtrs.soft.roce.wire.Layouts.u8;

import java.lang.foreign.MemorySegment;

/**
 * The active side asks for a connection (spec/rocev2.md 11.1).
 *
 * @param localId the sender's id
 * @param vendorId 24 bits, 0
 * @param serviceId what is asked for (spec/rocev2.md 12.1)
 * @param caGuid which node the sender is
 * @param queuePair what the sender's queue pair is like
 * @param times how long and how often to try
 * @param pkey partition
 * @param primary the path
 * @param alternate the other path, or {@link Path#NONE}
 * @param privateData at most 92 bytes: the {@linkplain IpCmHeader header} and the consumer's 56
 */
public record Req(
        int localId,
        int vendorId,
        long serviceId,
        long caGuid,
        QueuePair queuePair,
        Times times,
        int pkey,
        Path primary,
        Path alternate,
        PrivateData privateData)
        implements CmMessage {

    /**
     * The sender's queue pair, and what it wants of the receiver's.
     *
     * @param transport service type: 0 is RC
     * @param qpn its number
     * @param startingPsn at which the sender <em>receives</em> (spec/rocev2.md 5.3)
     * @param responderResources READs and atomics that it serves at a time
     * @param initiatorDepth READs and atomics that it will have under way
     * @param retryCount for the receiver's queue pair
     * @param rnrRetry for the receiver's queue pair
     * @param pathMtu as a code: 1 is 256, 5 is 4096
     * @param flowControl end-to-end flow control
     * @param srq whether it has a shared receive queue
     */
    public record QueuePair(
            int transport,
            int qpn,
            int startingPsn,
            int responderResources,
            int initiatorDepth,
            int retryCount,
            int rnrRetry,
            int pathMtu,
            boolean flowControl,
            boolean srq) {
        /** The transport type of reliable connections. */
        public static final int RC = 0;

        /** Checks the ranges. */
        public QueuePair {
            Fields.fits("transport", transport, 2);
            Fields.fits24("queue pair", qpn);
            Fields.fits24("starting PSN", startingPsn);
            Fields.fits("responder resources", responderResources, 8);
            Fields.fits("initiator depth", initiatorDepth, 8);
            Fields.fits("retry count", retryCount, 3);
            Fields.fits("RNR retry count", rnrRetry, 3);
            Fields.fits("path MTU", pathMtu, 4);
        }
    }

    /**
     * Times of the exchange, as time codes (spec/rocev2.md 13.5).
     *
     * @param remoteResponse how long the receiver may take
     * @param localResponse how long the sender may take to answer a REP
     * @param retries how often to send again
     */
    public record Times(int remoteResponse, int localResponse, int retries) {
        /** Checks the ranges. */
        public Times {
            Fields.fits("remote response timeout", remoteResponse, 5);
            Fields.fits("local response timeout", localResponse, 5);
            Fields.fits("CM retries", retries, 4);
        }
    }

    /** Its attribute id. */
    public static final int ATTRIBUTE = 0x10;

    /** Bytes of private data. */
    public static final int PRIVATE_SIZE = 92;

    private static final int VENDOR = 4;
    private static final int SERVICE = 8;
    private static final int GUID = 16;
    private static final int QPN = 32;
    private static final int INITIATOR = 39;
    private static final int TRANSPORT = 43;
    private static final int PSN = 44;
    private static final int RETRY = 47;
    private static final int PKEY = 48;
    private static final int MTU = 50;
    private static final int CM_RETRIES = 51;
    private static final int PRIMARY = 52;
    private static final int ALTERNATE = PRIMARY + Path.SIZE;
    private static final int PRIVATE = ALTERNATE + Path.SIZE;

    static {
        assert PRIVATE + PRIVATE_SIZE == Mad.MESSAGE_SIZE;
    }

    /** Checks the ranges. */
    public Req {
        Fields.fits24("vendor", vendorId);
        Fields.fits("partition", pkey, 16);
    }

    /** The same with another path MTU, as a code. */
    public Req withPathMtu(int code) {
        QueuePair other = new QueuePair(
                queuePair.transport,
                queuePair.qpn,
                queuePair.startingPsn,
                queuePair.responderResources,
                queuePair.initiatorDepth,
                queuePair.retryCount,
                queuePair.rnrRetry,
                code,
                queuePair.flowControl,
                queuePair.srq);
        return new Req(localId, vendorId, serviceId, caGuid, other, times, pkey, primary, alternate, privateData);
    }

    @Override
    public int attribute() {
        return ATTRIBUTE;
    }

    /** The message in 232 bytes. */
    public static Req decode(MemorySegment segment, long offset) {
        return new Req(
                Fields.localId(segment, offset),
                segment.get(BE32, offset + VENDOR) & 0xFF_FFFF,
                segment.get(BE64, offset + SERVICE),
                segment.get(BE64, offset + GUID),
                queuePair(segment, offset),
                new Times(
                        Fields.bits(segment, offset + TRANSPORT, 3, 5),
                        Fields.bits(segment, offset + RETRY, 3, 5),
                        Fields.bits(segment, offset + CM_RETRIES, 4, 4)),
                u16(segment, offset + PKEY),
                Path.get(segment, offset + PRIMARY),
                Path.get(segment, offset + ALTERNATE),
                PrivateData.get(segment, offset + PRIVATE, PRIVATE_SIZE));
    }

    private static QueuePair queuePair(MemorySegment segment, long offset) {
        return new QueuePair(
                Fields.bits(segment, offset + TRANSPORT, 1, 2),
                Fields.u24(segment, offset + QPN),
                Fields.u24(segment, offset + PSN),
                u8(segment, offset + QPN + 3),
                u8(segment, offset + INITIATOR),
                Fields.bits(segment, offset + RETRY, 0, 3),
                Fields.bits(segment, offset + MTU, 0, 3),
                Fields.bits(segment, offset + MTU, 4, 4),
                Fields.bit(segment, offset + TRANSPORT, 0),
                Fields.bit(segment, offset + CM_RETRIES, 3));
    }

    @Override
    public void encode(MemorySegment segment, long offset) {
        Fields.begin(segment, offset, localId, vendorId);
        segment.set(BE64, offset + SERVICE, serviceId);
        segment.set(BE64, offset + GUID, caGuid);
        Fields.put24and8(segment, offset + QPN, queuePair.qpn, queuePair.responderResources);
        put8(segment, offset + INITIATOR, queuePair.initiatorDepth);
        put8(
                segment,
                offset + TRANSPORT,
                times.remoteResponse << 3 | queuePair.transport << 1 | Fields.bit(queuePair.flowControl, 0));
        Fields.put24and8(segment, offset + PSN, queuePair.startingPsn, times.localResponse << 3 | queuePair.retryCount);
        put16(segment, offset + PKEY, pkey);
        put8(segment, offset + MTU, queuePair.pathMtu << 4 | queuePair.rnrRetry);
        put8(segment, offset + CM_RETRIES, times.retries << 4 | Fields.bit(queuePair.srq, 3));
        primary.put(segment, offset + PRIMARY);
        alternate.put(segment, offset + ALTERNATE);
        privateData.put(segment, offset + PRIVATE, PRIVATE_SIZE);
    }
}
