package io.rtrs.soft.roce.cm;

import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.RoceAddress;

import java.lang.foreign.MemorySegment;

/**
 * What a {@link ConnectionManager} wants done: datagrams sent, queue pairs changed, consumers told.
 *
 * <p>Consumers hear what the kernel's rdma_cm tells: the order of the calls for one connection is the order of its events.
 * After {@link ConnectionManager#destroy} there is none for that connection, except {@link #queuePairNumberFree}.
 *
 * <p><b>Threading</b>: called on the thread that drives the manager, inside a call of it. Implementations act on queue
 * pairs and the network at once, but only record events; they do not call the manager.
 */
public interface CmSink {
    /**
     * Sends a management datagram from QP1 to QP1 of the destination. If it cannot be sent it is lost like any other packet:
     * the manager's timers make up for it.
     *
     * @param memory the 256 bytes are here, valid during the call
     */
    void sendMad(MemorySegment memory, long offset, RoceAddress to);

    /**
     * Connects a queue pair, INIT to RTS. It takes requests from now on.
     *
     * @param qpn of {@link ConnectParameters} or {@link AcceptParameters}
     * @return 0, or a negative errno; the connection then fails
     */
    int connectQueuePair(int qpn, QueuePairAttributes attributes, long nowNs);

    /** Brings a queue pair to its error state: its work requests flush. Nothing happens if it is gone or there already. */
    void failQueuePair(int qpn);

    /**
     * No packet of this connection can come any more: a queue pair may have the number again. Called once for each
     * connection that had one.
     */
    void queuePairNumberFree(int qpn);

    /**
     * CONNECT_REQUEST, status 0.
     *
     * @param listener the listener's handle
     * @param connection handle of the new connection: accept, reject or destroy it
     */
    void onConnectRequest(long listener, long connection, ConnectRequest request);

    /**
     * The manager itself refused a request, of which no consumer hears.
     *
     * @param port the port that was asked for, or -1 if the request names none
     * @param reason as the peer is told
     */
    default void onRefused(Gid peer, int port, int reason) {
        // Counted anyway.
    }

    /** ESTABLISHED, status 0; the data is that of the REP, 196 bytes, on the active side, and empty on the passive. */
    void onEstablished(long connection, PrivateData data);

    /** REJECTED with the reason as status; 148 bytes, or none if the peer is not the one who said it. */
    void onRejected(long connection, int reason, PrivateData data);

    /**
     * UNREACHABLE: nobody answered the request, or the accept. Status -110 after all tries, or a negative errno if the
     * network says why they do not arrive.
     */
    void onUnreachable(long connection, int status);

    /** CONNECT_ERROR with the status that {@link #connectQueuePair} gave. */
    void onConnectError(long connection, int status);

    /**
     * DISCONNECTED, once: status 0 when the peer disconnected or confirmed; -110 when it never answered. The queue pair
     * stays as it is until this side's consumer disconnects too.
     */
    void onDisconnected(long connection, int status);

    /** TIMEWAIT_EXIT, status 0. */
    void onTimewaitExit(long connection);
}
