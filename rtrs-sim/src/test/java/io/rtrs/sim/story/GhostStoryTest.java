package io.rtrs.sim.story;

import static io.rtrs.sim.story.Stories.MILLI;
import static io.rtrs.sim.story.Stories.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.client.MultipathPolicy;
import io.rtrs.client.session.Session;
import io.rtrs.sim.checker.Rule;
import io.rtrs.sim.process.ClientProcess;
import io.rtrs.sim.process.ServerProcess;
import io.rtrs.sim.scene.Plan;
import io.rtrs.sim.scene.Scene;
import io.rtrs.sim.workload.DiskHandler;
import io.rtrs.sim.workload.Load;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A write that was sent again on another path, and its first try. */
class GhostStoryTest {
    /** The moment at which the way stalls is the seed's: not each has a write on it then. */
    private static final int SEEDS = 12;

    /** One block, so that every write meets the one before it. */
    private static final Load.Plan ONE_AFTER_THE_OTHER = new Load.Plan(1, Integer.MAX_VALUE, 1, 0, 0, 100 * MILLI);

    private static Plan plan(boolean fence) {
        Plan story = Plan.story(2);
        ServerProcess.Plan server = story.server();
        return new Plan(
                story.paths(),
                story.sealed(),
                1,
                story.blockSize(),
                new ServerProcess.Plan(
                        server.queueDepth(),
                        server.chunkSize(),
                        server.alwaysInvalidate(),
                        fence,
                        10 * SECOND, // the server learns later than the client that a path is dead
                        10,
                        server.pathMtu()),
                story.client(),
                story.handler());
    }

    /** The handler is slow with a write; its path dies; the client writes it again by the other, and goes on. */
    private static Scene playWithASlowHandler(boolean fence) {
        Scene scene = Stories.begin(plan(fence), ONE_AFTER_THE_OTHER);
        scene.handler().plan(new DiskHandler.Plan(1, 100 * SECOND, 100 * SECOND, 0));
        scene.await("has the handler one that it is slow with", SECOND, () -> scene.slowed() == 1);
        scene.handler().plan(new DiskHandler.Plan(0, 1, 1, 0));
        Session session = Objects.requireNonNull(scene.client().session());
        int path = session.paths().get(0).inFlight() == 1 ? 0 : 1;
        scene.network().cut(scene.serverAddress(path), scene.clientAddress(path), true);
        scene.network().cut(scene.clientAddress(path), scene.serverAddress(path), true);
        scene.pass(60 * SECOND);
        return scene;
    }

    @Test
    void theHandlerStillHasTheGhostAndTheReplayWaitsForIt() {
        Scene scene = playWithASlowHandler(true);
        Stories.end(scene);
    }

    @Test
    void withoutTheFenceTheReplayOvertakesTheGhost() {
        Scene scene = playWithASlowHandler(false);
        scene.settle();
        assertThat(scene.verdict().rule()).isIn(Rule.FENCE, Rule.NO_STALE_WRITE);
    }

    /** The way to the server keeps a write for twelve seconds; the client gives the path up after six, and goes on by the other. */
    private static Scene playWithALateGhost(boolean fence, long seed) {
        Plan story = plan(fence);
        ServerProcess.Plan server = story.server();
        Plan late = new Plan(
                story.paths(),
                story.sealed(),
                1,
                story.blockSize(),
                new ServerProcess.Plan(
                        server.queueDepth(),
                        server.chunkSize(),
                        server.alwaysInvalidate(),
                        fence,
                        2 * SECOND,
                        10,
                        server.pathMtu()),
                new ClientProcess.Plan(
                        "late",
                        1,
                        MultipathPolicy.ROUND_ROBIN,
                        true,
                        SECOND,
                        5,
                        30 * SECOND,
                        SECOND,
                        SECOND,
                        server.pathMtu(),
                        0),
                story.handler());
        Scene scene = Stories.begin(late, ONE_AFTER_THE_OTHER, seed);
        scene.network()
                .stall(
                        scene.clientAddress(0),
                        scene.serverAddress(0),
                        scene.world().nowNs() + 12 * SECOND);
        scene.pass(15 * SECOND);
        return scene;
    }

    @Test
    void theGhostArrivesAfterItsReplayWasAnsweredAndIsNotLetIn() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Scene scene = playWithALateGhost(true, seed);
            Stories.end(scene);
            assertThat(scene.ledger().failed()).isZero();
        }
    }

    @Test
    void withoutTheFenceTheLateGhostUndoesWhatCameAfterIt() {
        List<Rule> broken = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            broken.add(playWithALateGhost(false, seed).verdict().rule());
        }
        assertThat(broken).contains(Rule.NO_GHOST);
    }
}
