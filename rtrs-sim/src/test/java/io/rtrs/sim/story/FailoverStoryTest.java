package io.rtrs.sim.story;

import static io.rtrs.sim.story.Stories.BUSY;
import static io.rtrs.sim.story.Stories.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.sim.scene.Plan;
import io.rtrs.sim.scene.Scene;
import org.junit.jupiter.api.Test;

/** Paths die and come back, and so do processes. */
class FailoverStoryTest {
    private static void cut(Scene scene, int path, boolean isCut) {
        scene.network().cut(scene.clientAddress(path), scene.serverAddress(path), isCut);
        scene.network().cut(scene.serverAddress(path), scene.clientAddress(path), isCut);
    }

    @Test
    void aPathDiesUnderLoadAndTheOtherTakesItsRequests() {
        Scene scene = Stories.begin(Plan.story(2), BUSY);
        cut(scene, 0, true);
        scene.await("has the client noticed", 60 * SECOND, () -> scene.client().connectedPaths() == 1);
        scene.pass(SECOND);
        assertThat(scene.ledger().failed()).isZero();

        cut(scene, 0, false);
        scene.await("is the path back", 60 * SECOND, scene::isWhole);
        Stories.end(scene);
        assertThat(scene.ledger().failed()).isZero();
    }

    /** Receives that come back at once were posted again and again until the control loop took the path down. */
    @Test
    void aPathBreaksWhileNobodyTakesItDownAndItsLoopHasNothingToDo() {
        Scene scene = Stories.begin(Plan.story(2), BUSY);
        cut(scene, 0, true);
        scene.client().holdUpControl(60 * SECOND);
        scene.pass(60 * SECOND);
        cut(scene, 0, false);
        Stories.end(scene);
    }

    @Test
    void onlyTheWayToTheServerIsCut() {
        Scene scene = Stories.begin(Plan.story(2), BUSY);
        scene.network().cut(scene.clientAddress(1), scene.serverAddress(1), true);
        scene.await("has the client noticed", 60 * SECOND, () -> scene.client().connectedPaths() == 1);
        scene.pass(SECOND);
        Stories.end(scene);
        assertThat(scene.ledger().failed()).isZero();
    }

    @Test
    void onlyTheWayBackIsCut() {
        Scene scene = Stories.begin(Plan.story(2), BUSY);
        scene.network().cut(scene.serverAddress(1), scene.clientAddress(1), true);
        scene.await("has the client noticed", 60 * SECOND, () -> scene.client().connectedPaths() == 1);
        scene.pass(SECOND);
        Stories.end(scene);
        assertThat(scene.ledger().failed()).isZero();
    }

    @Test
    void theServerIsKilledAndTheSessionReturnsToTheNextOne() {
        Scene scene = Stories.begin(Plan.story(2), BUSY);
        scene.killServer();
        scene.pass(3 * SECOND);
        scene.startServer();
        scene.await("has the client noticed", 120 * SECOND, () -> scene.client().connectedPaths() < 2);
        Stories.end(scene);
    }

    @Test
    void theClientIsKilledAndTheNextOneGetsItsName() {
        Scene scene = Stories.begin(Plan.story(2), BUSY);
        scene.killClient();
        scene.startClient(BUSY);
        scene.await("is there a session again", 300 * SECOND, scene::isWhole);
        assertThat(scene.client().attempts())
                .as("the name was taken for a while")
                .isGreaterThan(1);
        Stories.end(scene);
    }

    @Test
    void everythingIsCutForLongerThanHeartbeatsBearAndComesBackByItself() {
        Scene scene = Stories.begin(Plan.story(2), BUSY);
        cut(scene, 0, true);
        cut(scene, 1, true);
        scene.await(
                "has the client given up", 120 * SECOND, () -> scene.client().connectedPaths() == 0);
        scene.pass(20 * SECOND);
        assertThat(scene.ledger().failed())
                .as("with no path left requests fail")
                .isPositive();
        Stories.end(scene);
    }
}
