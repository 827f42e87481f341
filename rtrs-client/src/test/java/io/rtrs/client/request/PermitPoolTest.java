package io.rtrs.client.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rtrs.core.ConnectionType;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

class PermitPoolTest {

    @Property(tries = 200)
    void theLowestFreePermitIsNext(@ForAll @IntRange(min = 1, max = 200) int depth, @ForAll List<Boolean> steps) {
        PermitPool pool = new PermitPool(depth);
        TreeSet<Integer> free = new TreeSet<>();
        for (int id = 0; id < depth; id++) {
            free.add(id);
        }
        List<PermitSlot> held = new ArrayList<>();
        for (boolean get : steps) {
            if (get || held.isEmpty()) {
                PermitSlot slot = pool.tryGet(ConnectionType.IO);
                Integer lowest = free.pollFirst();
                assertThat(slot == null ? null : slot.id()).isEqualTo(lowest);
                if (slot != null) {
                    held.add(slot);
                }
            } else {
                PermitSlot slot = held.remove(held.size() / 2);
                pool.put(slot);
                free.add(slot.id());
            }
            assertThat(pool.available()).isEqualTo(free.size());
        }
    }

    @Property(tries = 20)
    void thereAreAsManyPermitsAsTheQueueIsDeep(@ForAll @IntRange(min = 1, max = 300) int depth) {
        PermitPool pool = new PermitPool(depth);
        for (int id = 0; id < depth; id++) {
            assertThat(pool.tryGet(ConnectionType.ADMIN))
                    .extracting(PermitSlot::id)
                    .isEqualTo(id);
        }
        assertThat(pool.tryGet(ConnectionType.IO)).isNull(); // spec/rtrs.md 19.61
        assertThat(pool.available()).isZero();
    }

    @Test
    @Timeout(60)
    void aPermitForgetsItsAttachmentAndTakesTheNewType() throws Exception {
        PermitPool pool = new PermitPool(1);
        PermitSlot slot = pool.get(ConnectionType.ADMIN);
        slot.attach("mine");
        assertThat(slot.attachment()).isEqualTo("mine");
        pool.put(slot);
        PermitSlot again = pool.get(ConnectionType.IO);
        assertThat(again.attachment()).isNull();
        assertThat(again.type()).isEqualTo(ConnectionType.IO);
    }

    @Test
    @Timeout(60)
    void aPermitThatIsNotHeldCannotBeReturned() throws Exception {
        PermitPool pool = new PermitPool(2);
        PermitSlot slot = pool.get(ConnectionType.IO);
        pool.put(slot);
        assertThatThrownBy(() -> pool.put(slot))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("permit 0");
        PermitPool other = new PermitPool(2);
        PermitSlot foreign = other.get(ConnectionType.IO);
        assertThatThrownBy(() -> pool.put(foreign)).isInstanceOf(IllegalStateException.class);
        assertThat(pool.available()).isEqualTo(2);
    }

    @Test
    @Timeout(60)
    void noPermitIsEverHeldTwiceAndNoThreadWaitsForever() throws Exception { // spec/rtrs.md 19.60, 19.61
        int depth = 3;
        int threads = 8;
        int rounds = 2_000;
        PermitPool pool = new PermitPool(depth);
        AtomicIntegerArray holders = new AtomicIntegerArray(depth);
        AtomicIntegerArray seen = new AtomicIntegerArray(threads);
        List<Thread> started = new ArrayList<>();
        CompletableFuture<Void> twice = new CompletableFuture<>();
        for (int t = 0; t < threads; t++) {
            int number = t;
            started.add((t % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform()).start(() -> {
                try {
                    for (int i = 0; i < rounds; i++) {
                        PermitSlot slot = pool.get(ConnectionType.IO);
                        if (holders.incrementAndGet(slot.id()) != 1) {
                            twice.completeExceptionally(new AssertionError("permit " + slot.id()));
                        }
                        Thread.onSpinWait();
                        holders.decrementAndGet(slot.id());
                        pool.put(slot);
                        seen.incrementAndGet(number);
                    }
                } catch (RtrsException e) {
                    twice.completeExceptionally(e);
                }
            }));
        }
        for (Thread thread : started) {
            thread.join();
        }
        assertThat(twice).isNotDone();
        for (int t = 0; t < threads; t++) {
            assertThat(seen.get(t)).isEqualTo(rounds);
        }
        assertThat(pool.available()).isEqualTo(depth);
    }

    @Test
    @Timeout(60)
    void closingWakesWhoWaitsAndGivesNothingMore() throws Exception {
        PermitPool pool = new PermitPool(1);
        PermitSlot slot = pool.get(ConnectionType.IO);
        CompletableFuture<PermitSlot> waiting = getLater(pool);
        pool.close();
        assertErrno(waiting, Errno.ESHUTDOWN);
        assertThat(pool.tryGet(ConnectionType.IO)).isNull();
        assertThat(pool.awaitAll(1, System::nanoTime)).isFalse();
        CompletableFuture<Boolean> all =
                CompletableFuture.supplyAsync(() -> pool.awaitAll(TimeUnit.SECONDS.toNanos(60), System::nanoTime));
        pool.put(slot);
        assertThat(all.get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @Timeout(60)
    void anInterruptEndsTheWaitAndStays() throws Exception {
        PermitPool pool = new PermitPool(1);
        PermitSlot slot = pool.get(ConnectionType.IO);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread waiter = Thread.ofPlatform().start(() -> {
            try {
                pool.get(ConnectionType.IO);
                interrupted.complete(false);
            } catch (RtrsException e) {
                interrupted.complete(
                        e.errno() == Errno.EINTR && Thread.currentThread().isInterrupted());
            }
        });
        await().atMost(Duration.ofMinutes(1)).until(() -> waiter.getState() == Thread.State.WAITING);
        waiter.interrupt();
        assertThat(interrupted.get(60, TimeUnit.SECONDS)).isTrue();
        pool.put(slot);
        assertThat(pool.available()).isEqualTo(1);
    }

    private static CompletableFuture<PermitSlot> getLater(PermitPool pool) {
        CompletableFuture<PermitSlot> result = new CompletableFuture<>();
        Thread waiter = Thread.ofPlatform().start(() -> {
            try {
                result.complete(pool.get(ConnectionType.IO));
            } catch (RtrsException e) {
                result.completeExceptionally(e);
            }
        });
        await().atMost(Duration.ofMinutes(1)).until(() -> waiter.getState() == Thread.State.WAITING || result.isDone());
        return result;
    }

    private static void assertErrno(CompletableFuture<?> result, int errno) {
        assertThatThrownBy(() -> result.get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        RtrsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }
}
