package io.rtrs.core.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.core.work.WaitStrategy;
import io.rtrs.verbs.VerbsProvider;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Calls of the user's code: one after the other, where the crew has them, and as many as wanted. */
class UserCallsTest {
    private final List<String> seen = new ArrayList<>();
    private final List<Runnable> threads = new ArrayList<>();
    private boolean starved;

    private final Crew crew = new Crew() {
        @Override
        public ControlLoop control(VerbsProvider provider, ControlHandler handler, Ambient ambient, String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionLoop completions(WaitStrategy strategy, LongSupplier clock, String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void run(Runnable task, String name) {
            if (starved) {
                throw new OutOfMemoryError("no thread for the test");
            }
            threads.add(task);
        }
    };

    private final UserCalls calls = new UserCalls(crew, "listener", task -> threads.add(task), () -> seen.add("idle"));

    private void runThreads() {
        List<Runnable> begun = List.copyOf(threads);
        threads.clear();
        begun.forEach(Runnable::run);
    }

    private void add(String what) {
        calls.add(() -> seen.add(what));
    }

    @Test
    void oneThreadMakesThemInOrder() {
        assertThat(calls.isIdle()).isTrue();
        add("one");
        calls.add(() -> {
            seen.add("two, here: " + calls.isCurrentThread());
            add("four");
        });
        add("three");
        assertThat(threads).hasSize(1);
        assertThat(calls.isIdle()).isFalse();
        runThreads();
        assertThat(seen).containsExactly("one", "two, here: true", "three", "four", "idle");
        assertThat(calls.isIdle()).isTrue();
        assertThat(calls.isCurrentThread()).isFalse();
        add("five");
        runThreads();
        assertThat(seen).endsWith("five", "idle");
    }

    @Test
    void oneThatThrowsKeepsNoOtherFromBeingMade() {
        calls.add(() -> {
            throw new AssertionError("thrown by the test");
        });
        add("next");
        runThreads();
        assertThat(seen).containsExactly("next", "idle");
    }

    @Test
    void theFallbackMakesThemWhereThereIsNoThread() {
        starved = true;
        add("one");
        starved = false;
        runThreads();
        assertThat(seen).containsExactly("one", "idle");
    }

    @Test
    void whatHasNotBegunCanBeTakenBack() {
        Runnable taken = () -> seen.add("taken back");
        calls.add(taken);
        add("stays");
        add("last");
        assertThat(calls.cancel(taken)).isTrue();
        assertThat(calls.cancel(taken)).isFalse();
        assertThat(calls.cancelLast(3)).isFalse();
        assertThat(calls.cancelLast(2)).isTrue();
        runThreads();
        assertThat(calls.cancelLast(0)).isFalse();
        assertThat(seen).containsExactly("stays", "idle");
    }

    @Test
    void noneBeginsBehindTheEnd() {
        calls.add(() -> {
            seen.add("left out: " + calls.end());
            add("late");
        });
        add("left out");
        runThreads();
        assertThat(seen).containsExactly("left out: 1", "idle");
    }
}
