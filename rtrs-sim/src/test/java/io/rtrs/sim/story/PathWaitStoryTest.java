package io.rtrs.sim.story;

import static io.rtrs.sim.story.Stories.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.client.path.Path;
import io.rtrs.client.session.Session;
import io.rtrs.sim.log.WorldLog;
import io.rtrs.sim.scene.Plan;
import io.rtrs.sim.scene.Scene;
import io.rtrs.sim.workload.DiskHandler;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** A client whose requests wait for a path longer than any trouble here lasts: none fails. */
class PathWaitStoryTest {
    private static final long BOUND_NS = 3600 * SECOND;

    private static Scene begin() {
        Plan story = Plan.story(1);
        return Stories.begin(story.with(story.client().waiting(BOUND_NS)), Stories.BUSY);
    }

    private static void cut(Scene scene, boolean isCut) {
        scene.network().cut(scene.serverAddress(0), scene.clientAddress(0), isCut);
        scene.network().cut(scene.clientAddress(0), scene.serverAddress(0), isCut);
    }

    @Test
    void theServerIsStartedAgain() {
        Scene scene = begin();
        for (int i = 0; i < 3; i++) {
            scene.killServer();
            scene.pass(20 * SECOND);
            long done = scene.ledger().done();
            scene.startServer();
            scene.await("do requests go on", 120 * SECOND, () -> scene.ledger().done() > done + 10);
        }
        assertThat(scene.ledger().failed()).isZero();
        Stories.end(scene);
    }

    /** People are told once for each time, and only where they must do something. */
    @Test
    void whoWaitsThoughNoPathComesBackByItselfIsToldOf() {
        Scene scene = begin();
        List<String> warnings = new ArrayList<>();
        WorldLog.listen((level, logger, text, thrown) -> {
            if (level == Level.WARN && text.contains("requests wait for a path")) {
                warnings.add(text);
            }
        });
        try {
            Session session = Objects.requireNonNull(scene.client().session());
            scene.killServer();
            scene.pass(60 * SECOND);
            assertThat(session.waiting()).isPositive();
            assertThat(warnings).isEmpty(); // all come back when the server does
            scene.startServer();
            scene.await("is every path up", 120 * SECOND, scene::isWhole);
            for (int i = 1; i <= 2; i++) {
                List<CompletableFuture<Void>> gone = new ArrayList<>();
                session.paths().forEach(path -> gone.add(session.admin().disconnect((Path) path)));
                scene.pass(20 * SECOND);
                assertThat(gone).allMatch(CompletableFuture::isDone);
                assertThat(session.waiting()).isPositive();
                assertThat(warnings).hasSize(i);
                List<CompletableFuture<Void>> back = new ArrayList<>();
                session.paths().forEach(path -> back.add(session.admin().reconnect((Path) path)));
                scene.await("is every path up again", 120 * SECOND, scene::isWhole);
                assertThat(back).allMatch(CompletableFuture::isDone);
                assertThat(session.waiting()).isZero();
            }
        } finally {
            WorldLog.listen(null);
        }
        assertThat(scene.ledger().failed()).isZero();
        Stories.end(scene);
    }

    /**
     * What the only path lets go is sent again; its first try is still with the handler when the network is well again.
     */
    @Test
    void theHandlerIsSlowWithAWriteWhoseOnlyPathDies() {
        Scene scene = begin();
        scene.handler().plan(new DiskHandler.Plan(1, 100 * SECOND, 100 * SECOND, 0));
        scene.await("has the handler some that it is slow with", 10 * SECOND, () -> scene.slowed() >= 2);
        scene.handler().plan(new DiskHandler.Plan(0, 1, 1, 0));
        cut(scene, true);
        scene.pass(45 * SECOND);
        long done = scene.ledger().done();
        cut(scene, false);
        scene.await("do requests go on", 200 * SECOND, () -> scene.ledger().done() > done + 10);
        assertThat(scene.ledger().failed()).isZero();
        Stories.end(scene);
    }
}
