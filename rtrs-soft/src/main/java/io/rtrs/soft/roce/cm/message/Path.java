package io.rtrs.soft.roce.cm.message;

import static io.rtrs.soft.roce.wire.Layouts.BE32;
import static io.rtrs.soft.roce.wire.Layouts.put16;
import static io.rtrs.soft.roce.wire.Layouts.put8;
import static io.rtrs.soft.roce.wire.Layouts.u16;
import static io.rtrs.soft.roce.wire.Layouts.u8;

import io.rtrs.soft.roce.wire.Gid;

import java.lang.foreign.MemorySegment;

/**
 * One of the two paths of a REQ, 44 bytes (spec/rocev2.md 11.1).
 *
 * @param localLid the sender's LID, {@link #NO_LID} with RoCE; 0 in an alternate path that is none
 * @param remoteLid the receiver's
 * @param local the sender's address
 * @param remote the receiver's address
 * @param flowLabel 20 bits
 * @param packetRate 6 bits, 0 is the port's own
 * @param trafficClass the IP header's
 * @param hopLimit the IP header's
 * @param serviceLevel 4 bits
 * @param subnetLocal whether no router is on the path
 * @param ackTimeout for the receiver's queue pair, as a time code (spec/rocev2.md 13.6)
 */
public record Path(
        int localLid,
        int remoteLid,
        Gid local,
        Gid remote,
        int flowLabel,
        int packetRate,
        int trafficClass,
        int hopLimit,
        int serviceLevel,
        boolean subnetLocal,
        int ackTimeout) {
    /** What stands where RoCE has no LID. */
    public static final int NO_LID = 0xFFFF;

    /** No path at all: what stands in place of an alternate one. */
    public static final Path NONE = new Path(0, 0, new Gid(0, 0), new Gid(0, 0), 0, 0, 0, 0, 0, false, 0);

    private static final int REMOTE_LID = 2;
    private static final int LOCAL_GID = 4;
    private static final int REMOTE_GID = LOCAL_GID + Gid.SIZE;
    private static final int FLOW_LABEL = REMOTE_GID + Gid.SIZE;
    private static final int RATE = FLOW_LABEL + 3;
    private static final int TRAFFIC_CLASS = FLOW_LABEL + 4;
    private static final int HOP_LIMIT = TRAFFIC_CLASS + 1;
    private static final int SERVICE_LEVEL = HOP_LIMIT + 1;
    private static final int ACK_TIMEOUT = SERVICE_LEVEL + 1;

    /** Bytes of a path. */
    static final int SIZE = ACK_TIMEOUT + 1;

    /** Checks the ranges. */
    public Path {
        Fields.fits("LID", localLid, 16);
        Fields.fits("LID", remoteLid, 16);
        Fields.fits("flow label", flowLabel, 20);
        Fields.fits("packet rate", packetRate, 6);
        Fields.fits("traffic class", trafficClass, 8);
        Fields.fits("hop limit", hopLimit, 8);
        Fields.fits("service level", serviceLevel, 4);
        Fields.fits("ACK timeout", ackTimeout, 5);
    }

    static Path get(MemorySegment segment, long offset) {
        return new Path(
                u16(segment, offset),
                u16(segment, offset + REMOTE_LID),
                Gid.get(segment, offset + LOCAL_GID),
                Gid.get(segment, offset + REMOTE_GID),
                segment.get(BE32, offset + FLOW_LABEL) >>> 12,
                Fields.bits(segment, offset + RATE, 0, 6),
                u8(segment, offset + TRAFFIC_CLASS),
                u8(segment, offset + HOP_LIMIT),
                Fields.bits(segment, offset + SERVICE_LEVEL, 4, 4),
                Fields.bit(segment, offset + SERVICE_LEVEL, 3),
                Fields.bits(segment, offset + ACK_TIMEOUT, 3, 5));
    }

    void put(MemorySegment segment, long offset) {
        put16(segment, offset, localLid);
        put16(segment, offset + REMOTE_LID, remoteLid);
        local.put(segment, offset + LOCAL_GID);
        remote.put(segment, offset + REMOTE_GID);
        segment.set(BE32, offset + FLOW_LABEL, flowLabel << 12 | packetRate);
        put8(segment, offset + TRAFFIC_CLASS, trafficClass);
        put8(segment, offset + HOP_LIMIT, hopLimit);
        put8(segment, offset + SERVICE_LEVEL, serviceLevel << 4 | Fields.bit(subnetLocal, 3));
        put8(segment, offset + ACK_TIMEOUT, ackTimeout << 3);
    }
}
