package io.rtrs.client.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** What has ended is called back once, and goes on once, whatever the machine has run out of. */
class EndingsTest {
    private final List<String> told = new ArrayList<>();
    private final Queue<Runnable> threads = new ArrayDeque<>();
    private final Queue<Runnable> control = new ArrayDeque<>();
    private boolean noThreads;
    private boolean noTasks;

    private final Endings<String> endings =
            new Endings<>(this::callBack, this::start, this::execute, () -> told.add("one less"));

    private void callBack(String what) {
        told.add(endings.isCallingHere() ? what : what + " in a thread that is not known");
        if (what.startsWith("bad")) {
            throw new IllegalStateException(what);
        }
    }

    private void start(Runnable task) {
        if (noThreads) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        threads.add(task);
    }

    private void execute(Runnable task) {
        if (noTasks) {
            throw new OutOfMemoryError("Java heap space");
        }
        control.add(task);
    }

    private static void run(Queue<Runnable> tasks) {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private void end(String what) {
        endings.callBack(List.of(what), () -> told.add("then " + what));
    }

    @Test
    void aThreadCallsBackAndTheControlThreadGoesOn() {
        endings.callBack(List.of("a", "b"), () -> told.add("then"));
        assertThat(told).isEmpty();
        assertThat(endings.isAny()).isTrue();
        endings.onTick(); // has nothing to do with it
        assertThat(told).isEmpty();
        run(threads);
        assertThat(told).containsExactly("a", "b");
        assertThat(endings.isAny()).isTrue();
        run(control);
        assertThat(told).containsExactly("a", "b", "then", "one less");
        assertThat(endings.isAny()).isFalse();
        assertThat(endings.isCallingHere()).isFalse();
    }

    @Test
    void whereNothingIsDueItGoesOnAtOnce() {
        endings.callBack(List.of(), () -> told.add("then"));
        assertThat(told).containsExactly("then");
        assertThat(endings.isAny()).isFalse();
    }

    @Test
    void withoutAThreadAndWithoutATaskTheNextTickCallsBack() {
        noThreads = true;
        noTasks = true;
        end("a");
        end("b");
        assertThat(told).isEmpty();
        assertThat(endings.isLate()).isTrue();
        endings.onTick();
        endings.onTick();
        assertThat(told).containsExactly("a", "b", "then a", "one less", "then b", "one less");
        assertThat(endings.isAny()).isFalse();
        assertThat(endings.isLate()).isFalse();
    }

    @Test
    void whatHasAThreadIsLeftToItWhenAnotherHasNone() {
        end("slow");
        noThreads = true;
        end("late");
        endings.onTick();
        assertThat(told).containsExactly("late", "then late", "one less");
        run(threads);
        run(control);
        assertThat(told).endsWith("slow", "then slow", "one less").hasSize(6);
    }

    @Test
    void aThreadThatCannotTellIsFoundByTheNextTick() {
        end("a");
        noTasks = true;
        run(threads);
        assertThat(told).containsExactly("a");
        endings.onTick();
        endings.onTick();
        assertThat(told).containsExactly("a", "then a", "one less");
    }

    @Test
    void whatWasStartedThoughThatFailedIsCalledBackOnce() {
        Endings<String> odd = new Endings<>(
                told::add,
                task -> {
                    threads.add(task);
                    throw new OutOfMemoryError("after the start");
                },
                this::execute,
                () -> {});
        odd.callBack(List.of("a"), () -> told.add("then"));
        odd.onTick();
        run(threads);
        run(control);
        odd.onTick();
        assertThat(told).containsExactly("a", "then");
    }

    @Test
    void oneThatThrowsKeepsNoOtherFromBeingTold() {
        endings.callBack(List.of("bad", "good"), () -> {
            throw new IllegalStateException("follows");
        });
        end("next");
        run(threads);
        run(control);
        assertThat(told).containsExactly("bad", "good", "next", "one less", "then next", "one less");
    }
}
