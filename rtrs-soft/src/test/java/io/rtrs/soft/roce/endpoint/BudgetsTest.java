package io.rtrs.soft.roce.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.rc.Budget;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.RoceAddress;
import org.junit.jupiter.api.Test;

/** Queue pairs with one peer fill one buffer, whatever each was told of it. */
class BudgetsTest {
    private static final RoceAddress PEER = RoceAddress.of(Gid.ofIpv4(0x0A00_0001));
    private static final RoceAddress OTHER = RoceAddress.of(Gid.ofIpv4(0x0A00_0002));

    private final Budgets budgets = new Budgets();

    @Test
    void theLeastThatOneWasToldBoundsAllOfThem() {
        Budget budget = budgets.take(PEER, 500);
        assertThat(budgets.take(PEER, 92)).isSameAs(budget);
        assertThat(budget.packets()).isEqualTo(92);
        assertThat(budgets.take(PEER, 1000)).isSameAs(budget);
        assertThat(budget.packets()).isEqualTo(92);
        assertThat(budgets.take(OTHER, 16)).isNotSameAs(budget);
        assertThat(budget.packets()).isEqualTo(92);
    }

    @Test
    void itBoundsThemAsLongAsOneIsThereThatWasToldIt() {
        Budget budget = budgets.take(PEER, 92);
        budgets.take(PEER, 92);
        budgets.take(PEER, 500);
        budgets.giveBack(PEER, 92);
        assertThat(budget.packets()).isEqualTo(92);
        budgets.giveBack(PEER, 92);
        assertThat(budget.packets()).isEqualTo(500);
        budgets.giveBack(PEER, 500);
        assertThat(budgets.size()).isZero();
        assertThat(budgets.take(PEER, 16).packets()).isEqualTo(16);
    }
}
