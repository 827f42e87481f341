package io.rtrs.bench.peers;

import io.rtrs.bench.peers.work.BlockLoad;
import io.rtrs.bench.peers.work.Limits;
import io.rtrs.bench.peers.work.PeerClient;
import io.rtrs.bench.peers.work.Shape;

import java.io.IOException;

/**
 * A short run of every load, before the first one counts: what is compiled then knows all paths that a client and a server
 * take, not those of one load alone.
 */
final class Rehearsal {
    private Rehearsal() {}

    /** Runs each load of the table for so long; requests that failed. */
    static long run(PeerClient client, double secondsEach) throws IOException, InterruptedException {
        long failed = 0;
        for (Shape shape : Shape.ALL) {
            Limits limits = Limits.time(System.nanoTime(), secondsEach / 2, secondsEach / 2);
            BlockLoad load = new BlockLoad(shape, limits, client.blocks(), null);
            client.run(load);
            failed += load.errors();
        }
        return failed;
    }
}
