package io.rtrs.soft.roce.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** A socket that several wait for is never left alone. */
class LeadTest {
    private final List<String> told = new ArrayList<>();
    private final Lead lead = new Lead(() -> told.add("wake"));
    private final Lead.Candidate a = () -> told.add("a");
    private final Lead.Candidate b = () -> told.add("b");
    private final Lead.Candidate c = () -> told.add("c");
    private final Lead.Candidate reserve = () -> told.add("reserve");

    LeadTest() {
        lead.reserve(reserve);
    }

    @Test
    void aLeaderWhoLeavesHandsOverToTheFirstInLineAtOnce() {
        assertThat(lead.takeOrLineUp(a)).isTrue();
        assertThat(lead.takeOrLineUp(b)).isFalse();
        assertThat(lead.takeOrLineUp(c)).isFalse();
        assertThat(told).isEmpty();
        lead.leave();
        assertThat(told).containsExactly("b");
        assertThat(lead.takeOrLineUp(b)).isTrue();
        lead.leave();
        assertThat(told).containsExactly("b", "c");
        assertThat(lead.takeOrLineUp(c)).isTrue();
        lead.leave();
        assertThat(told).containsExactly("b", "c", "reserve");
        assertThat(lead.handOvers()).isEqualTo(3);
    }

    /** The reserve that is awake looks at the socket anyway, and who has stopped waiting is about to leave the line. */
    @Test
    void whoIsAwakeAlreadyCountsAsNoHandOver() {
        lead.reserve(() -> false);
        lead.takeOrLineUp(a);
        lead.leave();
        assertThat(lead.handOvers()).isZero();
        Lead.Candidate leaving = () -> false;
        lead.takeOrLineUp(a);
        lead.takeOrLineUp(leaving);
        lead.takeOrLineUp(b);
        lead.leave();
        assertThat(lead.handOvers()).isZero();
        lead.leaveLine(leaving);
        assertThat(told).containsExactly("b");
        assertThat(lead.handOvers()).isEqualTo(1);
    }

    @Test
    void whoWasChosenAndDoesNotLeadPassesItOn() {
        lead.takeOrLineUp(a);
        lead.takeOrLineUp(b);
        lead.takeOrLineUp(c);
        lead.leave();
        lead.leaveLine(b); // his completion came
        assertThat(told).containsExactly("b", "c");
        lead.leaveLine(c);
        assertThat(told).containsExactly("b", "c", "reserve");
        assertThat(lead.isTaken()).isFalse();
        assertThat(lead.isWanted()).isFalse();
    }

    @Test
    void whoLeavesTheLineUnchosenChangesNothing() {
        lead.takeOrLineUp(a);
        lead.takeOrLineUp(b);
        lead.takeOrLineUp(c);
        lead.leaveLine(c);
        lead.leaveLine(b);
        lead.leaveLine(b);
        assertThat(told).isEmpty();
        assertThat(lead.isTaken()).isTrue();
    }

    @Test
    void theReserveYieldsToWhoeverWaits() {
        assertThat(lead.takeUnwanted(reserve)).isTrue();
        assertThat(lead.isWanted()).isFalse();
        assertThat(lead.takeOrLineUp(a)).isFalse();
        assertThat(told).containsExactly("wake");
        assertThat(lead.isWanted()).isTrue();
        lead.leave();
        assertThat(told).containsExactly("wake", "a");
        assertThat(lead.takeUnwanted(reserve)).isFalse();
        assertThat(lead.takeOrLineUp(a)).isTrue();
        assertThat(lead.takeOrLineUp(b)).isFalse();
        assertThat(told).containsExactly("wake", "a"); // who waits himself does not yield
    }

    @Test
    void whoLeavesTheSocketToAPollerIsChosenBySomebodyElsesEnd() {
        lead.takeOrLineUp(a);
        lead.leave();
        lead.lineUp(a);
        lead.lineUp(a);
        assertThat(lead.takeOrLineUp(b)).isTrue();
        lead.leave();
        assertThat(told).containsExactly("reserve", "a");
        assertThat(lead.takeOrLineUp(a)).isTrue();
        assertThat(lead.isWanted()).isFalse();
    }
}
