package io.rtrs.soft.iwarp.cm;

import io.rtrs.soft.iwarp.startup.Agreement;
import io.rtrs.soft.iwarp.startup.Responder;

/**
 * What a connection does to its socket, its stream and its consumer.
 *
 * <p>Called inside calls to the {@link Connection}, which must not be called back from here.
 */
public interface ConnectionPort {
    /** Begins to connect TCP. */
    void open();

    /** Sends bytes of the startup, all of them, as soon as the socket takes them. */
    void send(byte[] bytes);

    /**
     * The queue pair takes over the socket.
     *
     * @param initiator whether it may send at once, or has to wait for the peer's first FPDU
     */
    void startStream(Agreement agreement, boolean initiator);

    /** The queue pair flushes and ends its stream; nothing happens if it did already, or never began. */
    void failStream();

    /** FIN goes out when everything that is to be sent is sent. */
    void shut();

    /** The socket is closed. */
    void close();

    /** A peer asks for a connection. */
    void onRequest(Responder request);

    /** The connection stands; with the private data of the peer's reply, on the active side. */
    void onEstablished(Agreement agreement, byte[] data);

    /**
     * The peer refused.
     *
     * @param status 28: its consumer; 8: nobody listens; −104 (ECONNRESET): it hung up; 9: it demands markers
     */
    void onRejected(int status, byte[] data);

    /** The peer is not there; a negative errno. */
    void onUnreachable(int status);

    /** The connection cannot be made; a negative errno. */
    void onConnectError(int status);

    /** The connection is over. */
    void onDisconnected();
}
