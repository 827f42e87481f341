package io.rtrs.verbs.softroce.driver;

import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.softroce.driver.udp.LinkCounters;
import io.rtrs.verbs.softroce.driver.udp.LocalAddress;
import io.rtrs.verbs.softroce.link.Link;

import java.util.Optional;

/**
 * A link of a local address, and where one thread sleeps until something comes there.
 *
 * <p><b>Threading:</b> the link's owner; one thread at a time in {@link #await}; everything else any.
 */
public interface Outlet extends AutoCloseable {
    /** {@link #await}: without limit. */
    long FOREVER = Long.MAX_VALUE;

    /** The link. */
    Link link();

    /** Its address. */
    LocalAddress address();

    /** Receive buffer of its socket, as the kernel counts it; 0: unknown. */
    int receiveBytes();

    /**
     * What its link counted; the caller is the owner.
     *
     * @param look whether to ask the socket too, which must be open then
     * @return empty if the network counts nothing
     */
    default Optional<LinkCounters> counters(boolean look) {
        return Optional.empty();
    }

    /**
     * Another outlet of the same address and port. The network hands it those packets whose destination queue pair number
     * has its index in the {@link io.rtrs.verbs.softroce.endpoint.Shards#BITS low bits}, most of the time, and management to
     * the first.
     *
     * @param index how many there are already; the caller is the owner of the first, or nobody drives it
     * @return empty if the network knows no such thing
     */
    Optional<Outlet> another(int index) throws VerbsException;

    /**
     * Sleeps until there is something to receive, room where there was none, {@link #wakeup}, or for the time; perhaps for
     * less.
     */
    void await(long timeoutNs) throws VerbsException;

    /** Ends the sleep that goes on, or else the next one. */
    void wakeup();

    /** Closes the link, when nobody sleeps any more. */
    @Override
    void close();
}
