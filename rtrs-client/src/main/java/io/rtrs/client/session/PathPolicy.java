package io.rtrs.client.session;

import io.rtrs.client.request.PermitSlot;

/**
 * In which order a request tries the paths of its session; those that are not connected are skipped (spec/rtrs.md 9).
 *
 * <p><b>Allocation:</b> none.
 */
@FunctionalInterface
interface PathPolicy {
    /** Permit by permit, each path after the other. */
    PathPolicy ROUND_ROBIN = (count, permit) -> count == 1 ? 0 : Math.floorMod(permit.id() + permit.nextTurn(), count);

    /**
     * The path to try first; the others follow in order, wrapping around.
     *
     * @param count paths of the session
     * @param permit of the request
     */
    int first(int count, PermitSlot permit);
}
