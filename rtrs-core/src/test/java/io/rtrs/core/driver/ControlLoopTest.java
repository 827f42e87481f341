package io.rtrs.core.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A control loop that is turned by hand, at times that the test says. */
@Timeout(60)
class ControlLoopTest implements ControlHandler {
    private final List<String> seen = new ArrayList<>();
    private ControlLoop loop;

    @BeforeEach
    void open() throws IOException {
        VerbsProvider provider = VerbsProviders.named("inprocess");
        loop = ControlLoop.invoked(provider, this, Ambient.real(), "by-hand");
    }

    @AfterEach
    void close() throws IOException {
        loop.close();
    }

    @Test
    void tasksComeFirstAndThenTheTimeThatWasGiven() {
        loop.execute(() -> seen.add("task"));
        assertThat(seen).isEmpty();
        loop.turn(42);
        loop.turn(43);
        assertThat(seen).containsExactly("task", "tick 42", "tick 43");
    }

    @Test
    void aTaskOfATaskRunsInTheSameTurn() {
        loop.execute(() -> loop.execute(() -> seen.add("second")));
        loop.turn(1);
        assertThat(seen).containsExactly("second", "tick 1");
    }

    @Test
    void theLoopIsTheCallersWhileItTurns() {
        assertThat(loop.isCurrentThread()).isFalse();
        loop.execute(() -> seen.add("own " + loop.isCurrentThread()));
        loop.turn(1);
        assertThat(seen).contains("own true");
        assertThat(loop.isCurrentThread()).isFalse();
    }

    @Test
    void aTaskThatFailsKeepsNoOther() {
        loop.execute(() -> {
            throw new IllegalStateException("as it happens");
        });
        loop.execute(() -> seen.add("next"));
        assertThat(loop.turn(1)).isTrue();
        loop.turn(2);
        assertThat(seen).containsExactly("next", "tick 2");
    }

    @Test
    void aClosedLoopDoesNothing() throws IOException {
        loop.execute(() -> seen.add("task"));
        loop.close();
        assertThat(loop.turn(1)).isFalse();
        assertThat(seen).isEmpty();
        open();
    }

    @Test
    void aLoopWithAThreadIsNotTurnedByHand() throws IOException {
        try (ControlLoop own = ControlLoop.start(VerbsProviders.named("inprocess"), this, Ambient.real(), "own")) {
            assertThatThrownBy(() -> own.turn(1)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Override
    public void onCmEvent(CmEvent event, long nowNs) {
        seen.add("event at " + nowNs);
    }

    @Override
    public void onTick(long nowNs) {
        seen.add("tick " + nowNs);
    }

    @Override
    public void onLoopFailed(IOException why) {
        seen.add("failed");
    }

    @Override
    public long nextDeadlineNs() {
        return NO_DEADLINE;
    }
}
