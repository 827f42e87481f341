package io.rtrs.soft.roce.driver;

import io.rtrs.soft.roce.driver.udp.LinkCounters;
import io.rtrs.soft.roce.driver.udp.LocalAddress;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.verbs.VerbsException;

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
     * Another outlet of the same address and port; asked of the first one alone, which is open. The network hands it those
     * packets whose destination queue pair number has its index in the {@link io.rtrs.soft.roce.endpoint.Shards#BITS low
     * bits}, and management to the first. It may be wrong in that, above all while the outlet is being opened: whoever receives
     * looks at the number.
     *
     * <p><b>Threading:</b> one caller at a time, who need not own the first link; others may drive it and sleep on it
     * meanwhile. <b>Ownership:</b> the caller closes what he gets, the newest first, so that the others keep their indexes, and
     * the first outlet last. <b>Errors:</b> all is as it was before, and the same index may be asked for again, as it may when
     * the outlet that had it was closed.
     *
     * @param index how many there are already, at least 1
     * @return empty if the network has no more of them, ever
     * @throws VerbsException if it has none now
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
