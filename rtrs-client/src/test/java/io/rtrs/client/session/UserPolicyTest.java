package io.rtrs.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.rtrs.client.PathSelector;
import io.rtrs.client.request.PermitPool;
import io.rtrs.client.request.PermitSlot;
import io.rtrs.core.ConnectionType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Whatever a user's selector does, a request tries each connected path once. */
class UserPolicyTest {
    private final PermitSlot permit = Objects.requireNonNull(new PermitPool(1).tryGet(ConnectionType.IO));

    private List<Integer> order(PathPolicy policy, List<FakePath> paths) {
        List<Integer> order = new ArrayList<>();
        int index = policy.first(paths, permit);
        for (int tried = 0; tried < paths.size() && index != PathPolicy.NONE; tried++) {
            order.add(index);
            index = policy.after(paths, permit, index);
        }
        return order;
    }

    private static List<FakePath> three() {
        return List.of(new FakePath(), new FakePath(), new FakePath());
    }

    @Test
    void itsChoiceIsTriedFirstAndThenTheOthers() {
        UserPolicy policy = new UserPolicy((paths, held) -> 1);
        assertThat(order(policy, three())).containsExactly(1, 2, 0);
        assertThat(order(policy, three())).containsExactly(1, 2, 0);
        assertThat(policy.faults()).isZero();
    }

    @Test
    void oneThatLeavesItToTheSessionGetsTurns() {
        UserPolicy policy = new UserPolicy((paths, held) -> PathSelector.ANY);
        assertThat(order(policy, three())).containsExactly(0, 1, 2);
        assertThat(order(policy, three())).containsExactly(1, 2, 0);
        assertThat(policy.faults()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {-2, 3, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void nonsenseIsCountedAndTheRequestGoesOn(int nonsense) {
        UserPolicy policy = new UserPolicy((paths, held) -> nonsense);
        assertThat(order(policy, three())).hasSize(3).doesNotHaveDuplicates();
        assertThat(policy.faults()).isEqualTo(1);
    }

    @Test
    void whatItThrowsIsCountedAndTheRequestGoesOn() {
        UserPolicy policy = new UserPolicy((paths, held) -> {
            throw new AssertionError("a user's");
        });
        for (int i = 1; i <= 5; i++) {
            assertThat(order(policy, three())).hasSize(3).doesNotHaveDuplicates();
            assertThat(policy.faults()).isEqualTo(i);
        }
    }

    @Test
    void aSelectorThatChangesTheListFailsAndChangesNothing() {
        UserPolicy policy = new UserPolicy((paths, held) -> {
            paths.clear();
            return 0;
        });
        assertThat(order(policy, three())).hasSize(3);
        assertThat(policy.faults()).isEqualTo(1);
    }

    @Test
    void pathsThatAreNotConnectedComeOnlyIfTheyWereChosen() {
        List<FakePath> paths = List.of(new FakePath(), new FakePath().disconnected(), new FakePath());
        assertThat(order(new UserPolicy((p, held) -> 1), paths)).containsExactly(1, 2, 0);
        assertThat(order(new UserPolicy((p, held) -> 0), paths)).containsExactly(0, 2);
    }

    @Test
    void choosingAllocatesNothing() {
        UserPolicy policy = new UserPolicy((paths, held) -> paths.get(0).isConnected() ? held.id() : PathSelector.ANY);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        List<FakePath> paths = three();
        int rounds = 20_000;
        long sum = choose(policy, paths, rounds);
        long before = threads.getCurrentThreadAllocatedBytes();
        sum += choose(policy, paths, rounds);
        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / rounds).isZero();
        assertThat(sum).isNotZero();
    }

    private long choose(PathPolicy policy, List<FakePath> paths, int rounds) {
        long sum = 0;
        for (int i = 0; i < rounds; i++) {
            sum += policy.after(paths, permit, policy.first(paths, permit));
        }
        return sum;
    }
}
