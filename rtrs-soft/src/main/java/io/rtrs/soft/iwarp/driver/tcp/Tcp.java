package io.rtrs.soft.iwarp.driver.tcp;

import io.rtrs.verbs.VerbsException;

import java.net.InetSocketAddress;

/** The TCP of this machine. <b>Threading:</b> any. */
public interface Tcp {
    /** Both ways to wait for sockets. */
    enum Kind {
        /**
         * Tells of a socket whenever something arrives, once: who does not take it all has to remember that himself. What
         * arrived before is told too.
         */
        EDGES,
        /** Tells of a socket once, until it is asked for it again; what has arrived by then is told at once. */
        ONCE
    }

    /**
     * A socket at a local address; what it is used for comes later.
     *
     * @param local port 0 takes a free one
     * @param shared whether others may be bound to the same address and port
     * @throws VerbsException EADDRINUSE, EADDRNOTAVAIL, EACCES
     */
    TcpSocket bind(InetSocketAddress local, boolean shared) throws VerbsException;

    /**
     * Something to wait for sockets with.
     *
     * @throws VerbsException if there are no descriptors left
     */
    Poller poller(Kind kind) throws VerbsException;

    /** Whether threads of the application sleep on sockets; else only {@link Kind#ONCE} is there, for the driver's thread. */
    boolean hasEdges();

    /** What it is called in messages. */
    String name();
}
