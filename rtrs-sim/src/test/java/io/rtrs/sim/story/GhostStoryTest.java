package io.rtrs.sim.story;

import static io.rtrs.sim.story.Stories.MILLI;
import static io.rtrs.sim.story.Stories.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.client.MultipathPolicy;
import io.rtrs.client.path.Path;
import io.rtrs.client.session.Session;
import io.rtrs.server.FencePolicy;
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
import java.util.concurrent.CompletableFuture;

/** A write that was sent again on another path, and its first try. */
class GhostStoryTest {
    /** The moment at which the way stalls is the seed's: not each has a write on it then. */
    private static final int SEEDS = 12;

    /** One block, so that every write meets the one before it. */
    private static final Load.Plan ONE_AFTER_THE_OTHER = new Load.Plan(1, Integer.MAX_VALUE, 1, 0, 0, 100 * MILLI);

    private static Plan plan(FencePolicy fence) {
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
    private static Scene playWithASlowHandler(FencePolicy fence) {
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
        Scene scene = playWithASlowHandler(FencePolicy.ON);
        Stories.end(scene);
    }

    @Test
    void withoutTheFenceTheReplayOvertakesTheGhost() {
        Scene scene = playWithASlowHandler(FencePolicy.OFF);
        scene.settle();
        assertThat(scene.verdict().rule()).isIn(Rule.FENCE, Rule.NO_STALE_WRITE);
    }

    /** The way to the server keeps a write for twelve seconds; the client gives the path up after six, and goes on by the other. */
    private static Scene playWithALateGhost(FencePolicy fence, long seed) {
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
            Scene scene = playWithALateGhost(FencePolicy.ON, seed);
            Stories.end(scene);
            assertThat(scene.ledger().failed()).isZero();
        }
    }

    @Test
    void withoutTheFenceTheLateGhostUndoesWhatCameAfterIt() {
        List<Rule> broken = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            broken.add(playWithALateGhost(FencePolicy.OFF, seed).verdict().rule());
        }
        assertThat(broken).contains(Rule.NO_GHOST);
    }

    /** The way to the server keeps its packets for two seconds; meanwhile the operator disconnects the path, and the goodbye is kept too. */
    private static Scene playWithAnOperator(FencePolicy fence, boolean alwaysInvalidate, long seed) {
        Plan story = Plan.story(2);
        ServerProcess.Plan server = story.server();
        Plan kept = new Plan(
                story.paths(),
                story.sealed(),
                1,
                story.blockSize(),
                new ServerProcess.Plan(
                        server.queueDepth(),
                        server.chunkSize(),
                        alwaysInvalidate,
                        fence,
                        server.heartbeatNs(),
                        server.heartbeatMissedMax(),
                        server.pathMtu()),
                story.client(),
                story.handler());
        Scene scene = Stories.begin(kept, ONE_AFTER_THE_OTHER, seed);
        scene.network()
                .stall(
                        scene.clientAddress(0),
                        scene.serverAddress(0),
                        scene.world().nowNs() + 2 * SECOND);
        Session session = Objects.requireNonNull(scene.client().session());
        Path path = (Path) session.paths().get(0);
        scene.await("is a write on its way", SECOND, () -> path.inFlight() == 1);
        CompletableFuture<?> gone = session.admin().disconnect(path);
        scene.pass(3 * SECOND);
        scene.await("is the operator answered", 60 * SECOND, gone::isDone);
        return scene;
    }

    @Test
    void whatIsKeptWhileAnOperatorDisconnectsItsPathUndoesALaterWriteUnlessTheFenceIsStrict() {
        for (boolean alwaysInvalidate : new boolean[] {true, false}) {
            int undone = 0;
            for (long seed = 1; seed <= SEEDS; seed++) {
                Rule broken = playWithAnOperator(FencePolicy.ON, alwaysInvalidate, seed)
                        .verdict()
                        .rule();
                undone += broken == Rule.NO_GHOST || broken == Rule.NO_STALE_WRITE ? 1 : 0;
                Scene strict = playWithAnOperator(FencePolicy.STRICT, alwaysInvalidate, seed);
                assertThat(strict.verdict()).hasToString("all rules were kept");
                assertThat(strict.ledger().failed()).isZero();
            }
            assertThat(undone).isGreaterThan(SEEDS / 2);
        }
    }

    /** Nobody is disturbed: every second write changes its path, and nothing else is different. */
    @Test
    void inPeaceAStrictFenceLetsEverythingThrough() {
        Plan story = Plan.story(2);
        Scene scene = Stories.begin(plan(FencePolicy.STRICT).with(story.client()), Stories.BUSY);
        scene.pass(20 * SECOND);
        scene.expectPeace();
        Stories.end(scene);
        assertThat(scene.ledger().failed()).isZero();
        assertThat(scene.ledger().done()).isGreaterThan(100);
    }
}
