package io.rtrs.client.session;

import io.rtrs.client.path.Path;
import io.rtrs.client.request.CarrierTable;
import io.rtrs.client.request.PermitSlot;
import io.rtrs.client.request.Request;
import io.rtrs.core.error.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.foreign.MemorySegment;

/**
 * Gives requests to paths: in the policy's order, each path once (spec/rtrs.md 9), also those that a path has let go (10.1).
 *
 * <p><b>Threading:</b> {@link #send} on any thread, {@link #move} on the control thread. <b>Allocation:</b> none.
 */
public final class Dispatch implements CarrierTable.Mover {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

    private final Path[] paths;
    private final PathPolicy policy;

    Dispatch(Path[] paths, PathPolicy policy) {
        this.paths = paths;
        this.policy = policy;
    }

    /** Gives requests to the paths of a session with these options. */
    public static Dispatch of(SessionOptions options, Path[] paths) {
        return new Dispatch(paths, PathPolicy.of(options.policy()));
    }

    /** Sends a claimed request: 0, or the errno of the last path that was tried; then the claim is still the caller's. */
    int send(Request request, MemorySegment userHeader) {
        return place(request, userHeader, false);
    }

    @Override
    public int move(Request request, MemorySegment userHeader) {
        try {
            return place(request, userHeader, true);
        } catch (RuntimeException e) {
            LOG.error(
                    "moving the request of permit {} to another path",
                    request.permit().id(),
                    e);
            return -Errno.EIO;
        }
    }

    private int place(Request request, MemorySegment userHeader, boolean again) {
        PermitSlot permit = request.permit();
        int count = paths.length;
        int index = policy.first(paths, permit);
        int result = -Errno.ECONNABORTED;
        for (int tried = 0; tried < count && index != PathPolicy.NONE; tried++) {
            CarrierTable table = paths[index].openTable();
            if (table != null) {
                result = again ? table.takeOver(request, userHeader) : table.carry(request, userHeader);
                if (result == 0) {
                    return 0;
                }
            }
            index = policy.after(paths, permit, index);
        }
        return result;
    }
}
