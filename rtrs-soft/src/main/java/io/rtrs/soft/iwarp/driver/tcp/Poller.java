package io.rtrs.soft.iwarp.driver.tcp;

import io.rtrs.verbs.VerbsException;

/**
 * Waits for sockets.
 *
 * <p><b>Threading:</b> {@link #await} by one thread at a time, all else by any. <b>Ownership:</b> sockets are their
 * drivers'; a closed one is forgotten. <b>Allocation:</b> none in {@link #await} on Linux.
 */
public abstract class Poller {
    /** Bytes, or FIN, can be read; a listener has a connection. */
    public static final int IN = 1;

    /** There is room to write, or a connect is over. */
    public static final int OUT = 4;

    /** The peer has closed its direction, or the connection broke; told wherever anything is asked for. */
    public static final int HUP = 0x2000;

    /** Who is told of sockets. */
    @FunctionalInterface
    public interface Sink {
        /** A socket is ready; what for is {@link #IN}, {@link #OUT} and {@link #HUP} or'ed. */
        void ready(Object owner, int what);
    }

    /** Asks for a socket, whose owner is set. */
    public abstract void add(TcpSocket socket, int what);

    /** Asks for something else, or again. */
    public abstract void set(TcpSocket socket, int what);

    /** Asks for it no more. */
    public abstract void remove(TcpSocket socket);

    /**
     * Waits until a socket is ready, the time is over, or somebody {@linkplain #wakeup wakes}.
     *
     * @param timeoutNs 0 only looks; negative waits without limit
     */
    public abstract void await(long timeoutNs, Sink sink) throws VerbsException;

    /** Ends a wait, now or next. */
    public abstract void wakeup();

    /** Closes it; nobody waits any more. */
    public abstract void close();
}
