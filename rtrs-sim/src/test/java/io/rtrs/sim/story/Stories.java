package io.rtrs.sim.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.sim.scene.Plan;
import io.rtrs.sim.scene.Scene;
import io.rtrs.sim.workload.Load;
import io.rtrs.sim.world.Chance;
import io.rtrs.sim.world.Trace;

import java.util.concurrent.TimeUnit;

/** How stories begin. */
final class Stories {
    static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Three users who write and read without end, with pauses of up to a third of a second. */
    static final Load.Plan BUSY = new Load.Plan(3, Integer.MAX_VALUE, 0.5, 0.1, 0, 300 * MILLI);

    private Stories() {}

    /** A server and a client whose paths are all up, and who have done something already. */
    static Scene begin(Plan plan, Load.Plan load) {
        return begin(plan, load, 1);
    }

    /** The same, and what the story leaves to chance is the seed's. */
    static Scene begin(Plan plan, Load.Plan load, long seed) {
        Scene scene = new Scene(plan, new Chance(seed), new Trace(null));
        scene.startServer();
        scene.startClient(load);
        scene.await("is the session open", 10 * SECOND, scene::isWhole);
        scene.pass(100 * MILLI);
        assertThat(scene.ledger().done()).isPositive();
        return scene;
    }

    /** All becomes well. */
    static void end(Scene scene) {
        scene.settle();
        assertThat(scene.verdict()).hasToString("all rules were kept");
    }
}
