package io.rtrs.soft.roce.rc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BudgetTest {
    private final Budget budget = new Budget(100);

    private final Flight one = flight();
    private final Flight other = flight();

    private Flight flight() {
        return new Flight(0xfffff0, 1024, new CongestionWindow(1024, 1024), budget);
    }

    private static void fill(Flight flight) {
        while (flight.hasRoom()) {
            flight.sent(1, flight.asksAck(false));
        }
    }

    @Test
    void whoIsAloneHasItAll() {
        fill(one);
        assertThat(one.underWay()).isEqualTo(100);
    }

    @Test
    void whoComesLaterGetsHisShareAsSoonAsTheFirstHasLess() {
        fill(one);
        fill(other);
        assertThat(other.underWay()).as("there is no room yet").isEqualTo(1);
        one.acknowledged(one.una() + 40);
        assertThat(one.hasRoom()).isFalse();
        fill(other);
        assertThat(other.underWay()).isEqualTo(40);
        one.acknowledged(one.una() + 20);
        fill(one);
        fill(other);
        assertThat(one.underWay()).isEqualTo(50);
        assertThat(other.underWay()).isEqualTo(50);
    }

    @Test
    void whoHasNothingUnderWayLeavesHisShare() {
        fill(one);
        fill(other);
        other.acknowledged(other.max());
        fill(one);
        assertThat(one.underWay()).isEqualTo(100);
        one.end();
        fill(other);
        assertThat(other.underWay()).isEqualTo(100);
    }

    @Test
    void aBudgetThatShrinksWaitsForWhatIsUnderWayAndOneThatGrowsIsFilled() {
        fill(one);
        budget.bound(40);
        one.acknowledged(one.una() + 50);
        assertThat(one.hasRoom()).as("50 of 40 are under way").isFalse();
        one.acknowledged(one.una() + 20);
        fill(one);
        assertThat(one.underWay()).isEqualTo(40);
        fill(other);
        assertThat(other.underWay()).as("there is no room").isEqualTo(1);
        budget.bound(200);
        fill(one);
        fill(other);
        assertThat(one.underWay()).isEqualTo(100);
        assertThat(other.underWay()).isEqualTo(100);
    }

    @Test
    void everybodyHasAPacket() {
        Flight last = one;
        int underWay = 0;
        for (int i = 0; i < 200; i++) {
            last = flight();
            fill(last);
            underWay += last.underWay();
        }
        assertThat(last.underWay()).isEqualTo(Budget.LEAST_SHARE);
        assertThat(underWay).as("the first has it all, the others one each").isEqualTo(100 + 199);
    }

    @Test
    void aShareThatShrinksLeavesAnAcknowledgementUnderWay() {
        fill(one);
        long asked = one.una() + 24; // one asks in each quarter
        one.acknowledged(asked + 1);
        for (int i = 0; i < 50; i++) {
            fill(flight());
        }
        one.acknowledged(one.max() - 3);
        while (one.hasRoom()) {
            one.sent(1, one.asksAck(false));
        }
        assertThat(one.isOutstanding()).isTrue();
        assertThat(one.hasRoom())
                .as("something that asks for an answer is under way")
                .isFalse();
    }
}
