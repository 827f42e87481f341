package io.rtrs.client;

import java.util.List;

/**
 * A user's own way of choosing the path of a request, in place of a {@link MultipathPolicy}.
 *
 * <p><b>Threading:</b> called by every thread that sends requests, at the same time, and by the session's control thread for
 * requests that move from a path that broke; it must not block. <b>Allocation:</b> none by the session. <b>Errors:</b> what it
 * throws is logged and counted ({@link ClientSession#selectorFaults}), and so is an index that is no path's; the request then
 * takes another path, as it does if the chosen one cannot carry it.
 */
@FunctionalInterface
public interface PathSelector {
    /** What {@link #select} returns to leave it to the session, which takes the next connected path by turns. */
    int ANY = -1;

    /**
     * Chooses the path that a request tries first.
     *
     * @param paths those of the session in the order of their addition, at least one; it never changes, so it may be
     *     remembered by identity; not all need be connected
     * @param permit the request's
     * @return an index in {@code paths}, or {@link #ANY}
     */
    int select(List<ClientPath> paths, Permit permit);
}
