package io.rtrs.sim.story;

import static io.rtrs.sim.story.Stories.MILLI;
import static io.rtrs.sim.story.Stories.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.sim.net.SimNetwork;
import io.rtrs.sim.scene.Plan;
import io.rtrs.sim.scene.Scene;
import io.rtrs.sim.workload.Load;
import io.rtrs.soft.roce.wire.RoceOpcode;
import org.junit.jupiter.api.Test;

/** Answers arrive, and acknowledgements do not: the adapter may have to send what the users wrote once more. */
class AcknowledgementStoryTest {
    /** Users who write, from memory of their own or not, and free or overwrite it as soon as they are called back. */
    private static final Load.Plan WRITERS = new Load.Plan(3, Integer.MAX_VALUE, 1, 0.5, 0.2, 20 * MILLI);

    private static Scene begin(int paths) {
        Scene scene = Stories.begin(Plan.story(paths), WRITERS);
        int[] servers = new int[paths];
        for (int path = 0; path < paths; path++) {
            servers[path] = scene.network().indexOf(scene.serverAddress(path));
        }
        scene.network().script(packet -> {
            boolean lost = false;
            for (int server : servers) {
                lost |= packet.from() == server && packet.opcode() == RoceOpcode.ACKNOWLEDGE.code();
            }
            return lost ? SimNetwork.Script.LOSE : SimNetwork.Script.PASS;
        });
        return scene;
    }

    private static void cut(Scene scene, int path) {
        scene.network().cut(scene.clientAddress(path), scene.serverAddress(path), true);
        scene.network().cut(scene.serverAddress(path), scene.clientAddress(path), true);
    }

    private static void awaitThatAllAreAnsweredAndHeld(Scene scene) {
        scene.pass(200 * MILLI);
        long done = scene.ledger().done();
        scene.pass(200 * MILLI);
        assertThat(scene.ledger().done()).isEqualTo(done);
        assertThat(scene.ledger().open()).isEqualTo(WRITERS.users());
        assertThat(scene.server().driver().sessions())
                .allSatisfy(session -> session.pathList()
                        .forEach(path -> assertThat(path.inFlight()).isZero()));
    }

    @Test
    void writesWaitForTheirAcknowledgements() {
        Scene scene = begin(1);
        awaitThatAllAreAnsweredAndHeld(scene);
        long done = scene.ledger().done();
        scene.network().script(packet -> SimNetwork.Script.PASS);
        scene.await("do the writers go on", 10 * SECOND, () -> scene.ledger().done() > done + 100);
        Stories.end(scene);
        assertThat(scene.ledger().failed()).isZero();
    }

    /** The server has answered well: they are not sent again, and end with its answer, although no path is left. */
    @Test
    void writesThatWaitEndWellWhenTheirPathIsGone() {
        Scene scene = begin(1);
        awaitThatAllAreAnsweredAndHeld(scene);
        long done = scene.ledger().done();
        cut(scene, 0);
        scene.await("is every write over", 60 * SECOND, () -> scene.ledger().done() == done + WRITERS.users());
        assertThat(scene.client().connectedPaths()).isZero();
        Stories.end(scene);
        assertThat(scene.ledger().failed()).isZero();
    }

    /** What was answered stays answered: the rule that no write comes to the handler twice is watched all the time. */
    @Test
    void writesThatWaitAreNotSentOnTheOtherPath() {
        Scene scene = begin(2);
        awaitThatAllAreAnsweredAndHeld(scene);
        cut(scene, 0);
        scene.await("has the client noticed", 60 * SECOND, () -> scene.client().connectedPaths() == 1);
        Stories.end(scene);
        assertThat(scene.ledger().failed()).isZero();
    }
}
