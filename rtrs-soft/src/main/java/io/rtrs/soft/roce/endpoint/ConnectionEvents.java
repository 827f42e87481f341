package io.rtrs.soft.roce.endpoint;

import io.rtrs.soft.roce.cm.ConnectRequest;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.wire.Gid;

/**
 * What consumers of an endpoint hear; most calls are those of {@link io.rtrs.soft.roce.cm.CmSink}.
 *
 * <p><b>Threading:</b> the drive owner, inside calls of the endpoint; implementations record and return. {@link #onFault}: the
 * owner of whichever endpoint of the address.
 */
public interface ConnectionEvents {
    /** Somebody asks a listener. */
    void onConnectRequest(long listener, long connection, ConnectRequest request);

    /** The connection manager refused a request by itself. */
    default void onRefused(Gid peer, int port, int reason) {
        // Who does not care need not know.
    }

    /** The connection stands. */
    void onEstablished(long connection, PrivateData data);

    /** The peer refused. */
    void onRejected(long connection, int reason, PrivateData data);

    /** Nobody answered. */
    void onUnreachable(long connection, int status);

    /** The queue pair could not be connected. */
    void onConnectError(long connection, int status);

    /** Work of a queue pair threw what is nobody's to throw: a fault of this library. The queue pair has failed. */
    void onFault(int queuePair, Throwable thrown);

    /** The connection is over. */
    void onDisconnected(long connection, int status);
}
