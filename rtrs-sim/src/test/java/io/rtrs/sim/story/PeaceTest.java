package io.rtrs.sim.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.sim.scene.Plan;
import io.rtrs.sim.scene.Scene;
import io.rtrs.sim.workload.Load;
import io.rtrs.sim.world.Chance;
import io.rtrs.sim.world.Trace;
import org.junit.jupiter.api.Test;

/** Nothing goes wrong. */
class PeaceTest {
    private static final Load.Plan SOME = new Load.Plan(3, 50, 0.5, 0.2, 0.1, 10_000_000);

    private static Scene play(long seed) {
        Scene scene = new Scene(Plan.story(2), new Chance(seed), new Trace(null));
        scene.startServer();
        scene.startClient(SOME);
        scene.finish();
        return scene;
    }

    @Test
    void aSessionOfTwoPathsAnswersEverythingAndLeavesNothingBehind() {
        Scene scene = play(1);
        assertThat(scene.verdict()).hasToString("all rules were kept");
        assertThat(scene.ledger().done()).isGreaterThanOrEqualTo(SOME.requests());
        assertThat(scene.ledger().failed()).isZero();
    }

    @Test
    void theSameSeedHasTheSameTraceAndAnotherHasAnother() {
        long hash = play(7).world().trace().hash();
        assertThat(play(7).world().trace().hash()).isEqualTo(hash);
        assertThat(play(8).world().trace().hash()).isNotEqualTo(hash);
    }
}
