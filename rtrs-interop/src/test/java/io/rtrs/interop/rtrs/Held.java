package io.rtrs.interop.rtrs;

import io.rtrs.core.Status;
import io.rtrs.server.ServerOperation;

/** A request that a test answers later. */
record Held(ServerOperation operation, long handle) {

    void respond(Status status) {
        operation.respond(handle, status);
    }
}
