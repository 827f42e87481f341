package io.rtrs.soft.roce.cm;

import io.rtrs.soft.roce.cm.message.IpCmHeader;
import io.rtrs.soft.roce.cm.message.Path;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.cm.message.Req;
import io.rtrs.soft.roce.wire.Gid;

/** REQs that are in order, as many as a flood needs: each is of another node. */
public final class StrangersRequest {
    private static final int MTU_1024 = 3;

    private StrangersRequest() {}

    /** The REQ of stranger number {@code who}. */
    public static Req of(int who, Gid from, Gid to, int port) {
        return new Req(
                who + 1,
                0,
                IpCmHeader.serviceId(port),
                0x7000_0000L + who,
                new Req.QueuePair(Req.QueuePair.RC, 0x11, who & 0xFF_FFFF, 0, 0, 7, 7, MTU_1024, false, false),
                new Req.Times(18, 17, 15),
                0xFFFF,
                new Path(Path.NO_LID, Path.NO_LID, from, to, who & 0xF_FFFF, 0, 0, 64, 0, false, 17),
                Path.NONE,
                new IpCmHeader(1 + who % 60_000, from, to).with(PrivateData.EMPTY));
    }
}
