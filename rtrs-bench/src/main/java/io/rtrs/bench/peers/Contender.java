package io.rtrs.bench.peers;

import io.rtrs.bench.network.Place;
import io.rtrs.bench.peers.work.Shape;

import java.io.IOException;

/** Something that stands in the table: it measures one load at a time. <b>Threading:</b> one thread. */
interface Contender {
    /** As options call it. */
    String option();

    /** As the table calls it; final once something was measured. */
    String title();

    /** Whether it can be run here; if not it is left out. */
    boolean isInstalled();

    /** Whether its ends can be in different network namespaces. */
    boolean crossesNetworks();

    /** Whether it has such a load. */
    boolean takes(Shape shape);

    /**
     * Measures, with processes of its own.
     *
     * @param place where both ends are
     * @param port at the server's address; the one after it is free too
     */
    Measured measure(Shape shape, Place place, int port) throws IOException, InterruptedException;
}
