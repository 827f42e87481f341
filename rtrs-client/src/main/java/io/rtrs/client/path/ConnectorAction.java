package io.rtrs.client.path;

import io.rtrs.core.error.RtrsException;
import io.rtrs.core.wire.ChunkMap;
import io.rtrs.core.wire.ConReq;
import io.rtrs.core.wire.ConRsp;

/** What a {@link PathConnector} wants done. */
public sealed interface ConnectorAction {

    /** Make a cm id and resolve the path's addresses with it. */
    record ResolveAddress(int cid) implements ConnectorAction {}

    /** Make the queue pair; con 0 chooses the device, the others need the queue depth that con 0 was told. */
    record CreateConnection(int cid, int queueDepth) implements ConnectorAction {}

    /** Resolve the route. */
    record ResolveRoute(int cid) implements ConnectorAction {}

    /** Connect. */
    record Connect(int cid, ConReq request) implements ConnectorAction {}

    /** All connections stand: make the request table, post the receives, INFO_RSP's first, start the loops. */
    record PrepareRequests(ConRsp.Accept limits) implements ConnectorAction {}

    /** Send INFO_REQ on con 0. */
    record SendInfo() implements ConnectorAction {}

    /** The server has not answered for a while; somebody may like to know. */
    record StillWaits(String what) implements ConnectorAction {}

    /** The path is up. */
    record Up(ChunkMap chunks) implements ConnectorAction {}

    /** The attempt has failed; tear down what was made. */
    record Fail(RtrsException cause) implements ConnectorAction {}
}
