package io.rtrs.soft.iwarp.driver.tcp;

import io.rtrs.soft.iwarp.stream.Pieces;
import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;

/**
 * One socket: a listener, or an end of a connection. No call waits.
 *
 * <p><b>Threading:</b> {@link #read}, {@link #write} and {@link #close} by one thread at a time, which the caller sees to. <b>Allocation:</b> none in {@link #read} and
 * {@link #write} on Linux, unless a reason is asked for.
 */
public abstract class TcpSocket {
    /** {@link #read}: the peer's FIN has arrived, or the connection broke: {@link #broken} says which. */
    public static final int END = -1;

    /** {@link #read}, {@link #write}: the first piece of memory is not there. */
    public static final int FAULT = -2;

    /** {@link #write}: the connection is broken. */
    public static final int BROKEN = -3;

    /** {@link #connect}, {@link #connected}: it is under way. */
    public static final int UNDER_WAY = -1;

    /** What the one who drives it made of it. */
    private @Nullable Object owner;

    /** For whom it is polled; set before it is given to a {@link Poller}. */
    public final void setOwner(Object its) {
        owner = its;
    }

    /** For whom it is polled. */
    public final @Nullable Object owner() {
        return owner;
    }

    /** Takes connections from now on; an errno, or 0. */
    public abstract int listen(int backlog);

    /**
     * Takes one connection.
     *
     * @return null: there is none now
     * @throws VerbsException there are no descriptors left; it stays in line
     */
    public abstract @Nullable TcpSocket accept() throws VerbsException;

    /** Begins to connect: 0 if it is connected, {@link #UNDER_WAY}, or a positive errno. */
    public abstract int connect(InetSocketAddress destination);

    /** How a connect went: 0 if it is connected, {@link #UNDER_WAY}, or a positive errno. */
    public abstract int connected();

    /**
     * Reads to the pieces, in order.
     *
     * @param ask whether it is known that something is there, so that nothing means a failure whose reason is to be found
     * @return the bytes read; 0: nothing is there now; {@link #END}, {@link #FAULT}
     */
    public abstract long read(Pieces to, boolean ask);

    /**
     * Writes the pieces, in order.
     *
     * @param ask whether it is known that there is room
     * @return the bytes written; 0: there is no room now; {@link #FAULT}, {@link #BROKEN}
     */
    public abstract long write(Pieces from, boolean ask);

    /** Whether the last {@link #read} or {@link #write} did all that it tried: another one may do more. */
    public abstract boolean wasFull();

    /**
     * After {@link #END}: how it ended.
     *
     * @return 0: by FIN; else a positive errno: ECONNRESET, ETIMEDOUT, or EPIPE where nobody can tell
     */
    public abstract int broken();

    /** Sends FIN behind what was written. */
    public abstract void shutOutput();

    /** Closes it; nothing happens a second time. What is unread makes it a RST. */
    public abstract void close();

    /** Where it is bound. */
    public abstract InetSocketAddress local();

    /** The peer's address. */
    public abstract InetSocketAddress remote();

    /** Bytes that TCP puts into a segment now, or a guess. */
    public abstract int segmentBytes();
}
