package io.rtrs.sim.scene;

import io.rtrs.client.MultipathPolicy;
import io.rtrs.server.FencePolicy;
import io.rtrs.sim.process.ClientProcess;
import io.rtrs.sim.process.ServerProcess;
import io.rtrs.sim.workload.DiskHandler;
import io.rtrs.sim.world.Chance;

import java.util.concurrent.TimeUnit;

/**
 * What a scene is like.
 *
 * @param paths networks, with a path on each
 * @param sealed whether packets have an ICRC
 * @param blocks of the disk
 * @param blockSize of each
 */
public record Plan(
        int paths,
        boolean sealed,
        int blocks,
        int blockSize,
        ServerProcess.Plan server,
        ClientProcess.Plan client,
        DiskHandler.Plan handler) {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int CHUNK = 8192;

    /** How many servers have a strict fence. */
    private static final double STRICT = 0.25;

    /** So long after its heartbeat a server knows that a path is silent. */
    private static final long NOTICED_NS = 3 * SECOND;

    /** A small ordinary one, for stories. */
    public static Plan story(int paths) {
        return new Plan(
                paths,
                false,
                8,
                2048,
                new ServerProcess.Plan(4, CHUNK, true, FencePolicy.ON, 5 * SECOND, 5, 1024),
                new ClientProcess.Plan(
                        "story",
                        1,
                        MultipathPolicy.ROUND_ROBIN,
                        true,
                        5 * SECOND,
                        5,
                        30 * SECOND,
                        SECOND,
                        SECOND,
                        1024,
                        0),
                new DiskHandler.Plan(0, 1, 1, 0));
    }

    /** As this one, with another handler. */
    public Plan with(DiskHandler.Plan other) {
        return new Plan(paths, sealed, blocks, blockSize, server, client, other);
    }

    /** As this one, with another client. */
    public Plan with(ClientProcess.Plan other) {
        return new Plan(paths, sealed, blocks, blockSize, server, other, handler);
    }

    /** As this one, with another server. */
    public Plan with(ServerProcess.Plan other) {
        return new Plan(paths, sealed, blocks, blockSize, other, client, handler);
    }

    /** Any. */
    public static Plan random(Chance chance) {
        int paths = chance.between(1, 3);
        int mtu = chance.oneOf(1024, 1024, 2048, 4096);
        int depth = chance.oneOf(1, 2, 4, 4, 8, 16);
        long beat = chance.oneOf(1L, 2L, 5L) * SECOND;
        long clientBeat = chance.oneOf(1L, 2L, 5L) * SECOND;
        int missed = chance.oneOf(2, 5, 5);
        int patience = chance.oneOf(2, 5, 5);
        // What the fence cannot see is a client that gives a path up before the server can know that it is silent.
        int clientMissed = Math.max(patience, (int) ((beat + NOTICED_NS) / clientBeat));
        Plan drawn = new Plan(
                paths,
                chance.hits(0.2),
                chance.between(2, 12),
                chance.oneOf(512, 2048, 4096, 7168),
                new ServerProcess.Plan(depth, CHUNK, chance.hits(0.8), FencePolicy.ON, beat, missed, mtu),
                new ClientProcess.Plan(
                        "swarm",
                        chance.oneOf(1, 1, 2, 3),
                        chance.oneOf(MultipathPolicy.values()),
                        chance.hits(0.8),
                        clientBeat,
                        clientMissed,
                        chance.oneOf(5L, 10L, 30L) * SECOND,
                        chance.oneOf(0L, 1L, 5L) * SECOND,
                        chance.oneOf(0L, 1L, 5L) * SECOND,
                        mtu,
                        0),
                new DiskHandler.Plan(
                        chance.oneOf(0.05, 0.5),
                        1_000,
                        // Some are slower than a client is patient: what it sends again then meets its first try.
                        chance.oneOf(chance.spread(1_000, 20 * SECOND), chance.spread(10 * SECOND, 90 * SECOND)),
                        chance.oneOf(0.0, 0.0, 0.02)));
        // Drawn last, so that all else that a seed stands for stays what it was.
        if (chance.hits(0.25)) {
            drawn = drawn.with(drawn.client().waiting(chance.spread(SECOND, 100 * SECOND)));
        }
        if (chance.hits(STRICT)) { // and so the client may be as impatient as it was drawn
            drawn = drawn.with(drawn.server().with(FencePolicy.STRICT))
                    .with(drawn.client().missing(patience));
        }
        return drawn;
    }
}
