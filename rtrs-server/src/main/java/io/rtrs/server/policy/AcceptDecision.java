package io.rtrs.server.policy;

import io.rtrs.core.wire.ConReq;

/** What to do with a connect request. */
public sealed interface AcceptDecision {
    /** The first connection of a session that does not exist yet. */
    record NewSession(ConReq request) implements AcceptDecision {}

    /** The first connection of a new path of a session. */
    record NewPath(ConReq request) implements AcceptDecision {}

    /** A further connection of a path. */
    record NextConnection(ConReq request) implements AcceptDecision {}

    /**
     * Refused, and the path that it asks for is to be closed: its client has given it up and begins anew, and will come
     * again.
     *
     * @param errno negative, for the client
     * @param message for the operator: names field and value
     */
    record Replace(ConReq request, int errno, String message) implements AcceptDecision {}

    /**
     * Refused.
     *
     * @param errno negative, for the client
     * @param message for the operator: names field and value
     */
    record Reject(int errno, String message) implements AcceptDecision {}
}
