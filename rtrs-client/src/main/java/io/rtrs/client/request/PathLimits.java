package io.rtrs.client.request;

import io.rtrs.core.Direction;
import io.rtrs.core.error.Errno;
import io.rtrs.core.wire.ConRsp;
import io.rtrs.core.wire.Protocol;
import io.rtrs.core.wire.ReadHeaderView;
import io.rtrs.core.wire.WriteHeaderView;

/**
 * How long requests of a path may be (spec/rtrs.md 7.1), from what the server announced.
 *
 * <p><b>Allocation:</b> none.
 */
public record PathLimits(int queueDepth, int maxIoSize, int maxHeaderSize, int chunkSize, boolean newRkey) {
    private static final int USER_HEADER_MAX = 0xFFFF;
    private static final int HEADER_ALIGNMENT = 64;

    /** The limits that a server announced. */
    public static PathLimits of(ConRsp.Accept accept) {
        return new PathLimits(
                accept.queueDepth(), accept.maxIoSize(), accept.maxHeaderSize(), accept.chunkSize(), accept.newRkey());
    }

    /** Bytes of the RTRS header. */
    static int headerSize(Direction direction, int length) {
        if (direction == Direction.WRITE) {
            return WriteHeaderView.SIZE;
        }
        return length == 0 ? ReadHeaderView.SIZE : ReadHeaderView.SIZE_WITH_DESCRIPTOR;
    }

    /** 0, or −EMSGSIZE for a request that no chunk of this path can take (19.59). */
    public int check(Direction direction, long userLength, int length) {
        int header = headerSize(direction, length);
        boolean fits = userLength <= USER_HEADER_MAX
                && userLength + header <= maxHeaderSize
                && length <= maxIoSize
                && length + userLength + ReadHeaderView.SIZE_WITH_DESCRIPTOR <= chunkSize;
        return fits ? 0 : -Errno.EMSGSIZE;
    }

    /** Room for the user header and RTRS header of one request; bounded by the user header's 16-bit length. */
    int headerStride() {
        int longest = Math.min(maxHeaderSize, USER_HEADER_MAX + Protocol.readHeaderSize(1));
        return (longest + HEADER_ALIGNMENT - 1) / HEADER_ALIGNMENT * HEADER_ALIGNMENT;
    }
}
