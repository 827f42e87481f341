package io.rtrs.client.session;

import io.rtrs.client.path.Path;
import io.rtrs.client.request.CarrierTable;
import io.rtrs.client.request.PermitSlot;
import io.rtrs.client.request.Request;
import io.rtrs.core.error.Errno;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Gives requests to paths: in the policy's order, each path once (spec/rtrs.md 9), also those that a path has let go (10.1).
 *
 * <p><b>Threading:</b> {@link #send} on any thread, {@link #move} and {@link #resume} on the control thread.
 * <b>Allocation:</b> none.
 */
public final class Dispatch implements CarrierTable.Mover {
    /** How a request comes to a path's table. */
    @FunctionalInterface
    private interface Way {
        int into(CarrierTable table, Request request, MemorySegment userHeader);
    }

    /** Immutable, replaced as a whole; a request looks once. What it finds may be gone: then that path is not open. */
    private volatile List<Path> paths;

    private volatile PathPolicy policy;

    private Dispatch(List<Path> paths, PathPolicy policy) {
        this.paths = paths;
        this.policy = policy;
    }

    /** Gives requests to the paths of a session with these options. */
    public static Dispatch of(SessionOptions options, List<Path> paths) {
        return new Dispatch(List.copyOf(paths), PathPolicy.of(options.policy(), options.selector()));
    }

    /** The paths of the session, in the order of their addition; immutable. */
    public List<Path> paths() {
        return paths;
    }

    /** From now on requests are given to these. */
    public void paths(List<Path> now) {
        paths = List.copyOf(now);
    }

    /** Whether one of them can take requests at this moment. */
    public boolean isConnected() {
        for (Path path : paths) {
            if (path.isConnected()) {
                return true;
            }
        }
        return false;
    }

    PathPolicy policy() {
        return policy;
    }

    /** From now on requests choose like this; those under way stay where they are. */
    void policy(PathPolicy now) {
        policy = now;
    }

    /** Sends a claimed request: 0, or the errno of the last path that was tried; then the claim is still the caller's. */
    int send(Request request, MemorySegment userHeader) {
        return place(request, userHeader, CarrierTable::carry);
    }

    @Override
    public int move(Request request, MemorySegment userHeader) {
        return place(request, userHeader, CarrierTable::takeOver);
    }

    /** As {@link #move}, with a request that has waited for a path. */
    public int resume(Request request, MemorySegment userHeader) {
        return place(request, userHeader, CarrierTable::resume);
    }

    private int place(Request request, MemorySegment userHeader, Way way) {
        PermitSlot permit = request.permit();
        List<Path> now = paths;
        PathPolicy chooser = policy;
        int result = -Errno.ECONNABORTED;
        int count = now.size();
        if (count == 0) {
            return result;
        }
        int index = chooser.first(now, permit);
        for (int tried = 0; tried < count && index != PathPolicy.NONE; tried++) {
            CarrierTable table = now.get(index).openTable();
            if (table != null) {
                result = way.into(table, request, userHeader);
                if (result == 0) {
                    return 0;
                }
            }
            index = chooser.after(now, permit, index);
        }
        return result;
    }
}
