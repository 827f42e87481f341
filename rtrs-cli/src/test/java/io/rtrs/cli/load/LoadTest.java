package io.rtrs.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.cli.text.Progress;
import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RequestCallback;
import io.rtrs.core.Status;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A load on a session that does what its script says. */
@Timeout(120)
class LoadTest {
    private static final int BLOCK = 512;
    private static final Phase ONE_WRITE =
            new Phase("write", 0, false, false, Phase.Bound.OPERATIONS, 1, Phase.UNLIMITED);

    private final StringWriter shown = new StringWriter();

    /** What becomes of a request: its errno now, or its end later. */
    @FunctionalInterface
    private interface Script {
        Status request(int number, CompletableFuture<Status> end);
    }

    private static ClientSession session(Script script) {
        AtomicInteger requests = new AtomicInteger();
        MemorySegment bytes = Arena.ofAuto().allocate(BLOCK);
        RegisteredMemory memory =
                fake(RegisteredMemory.class, (what, arguments) -> what.equals("segment") ? bytes : null);
        Permit permit = fake(Permit.class, (what, arguments) -> null);
        return fake(ClientSession.class, (what, arguments) -> switch (what) {
            case "maxIoSize" -> BLOCK;
            case "queueDepth" -> 1;
            case "allocate" -> memory;
            case "getPermit" -> permit;
            case "request" -> {
                CompletableFuture<Status> end = new CompletableFuture<>();
                Status now = script.request(requests.incrementAndGet(), end);
                @SuppressWarnings("unused") // what it throws is seen in the load's end
                CompletableFuture<Void> told =
                        end.thenAccept(status -> ((RequestCallback) arguments[2]).onComplete(permit, status));
                yield now;
            }
            default -> null;
        });
    }

    /** What an object of an interface does when it is called. */
    @FunctionalInterface
    private interface Calls {
        @Nullable
        Object call(String what, Object[] arguments);
    }

    private static <T> T fake(Class<T> type, Calls calls) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> calls.call(method.getName(), arguments)));
    }

    private Progress progress(Progress.Style style) {
        return new Progress(new PrintWriter(shown), style, 80, System.nanoTime());
    }

    private LoadReport run(Script script, long waitNs) throws Exception {
        LoadShape shape = new LoadShape(BLOCK, BLOCK, 1, 1);
        try (Load load = new Load(session(script), shape, new PatternContent(1), 1, waitNs)) {
            return load.run(ONE_WRITE, progress(Progress.Style.BAR));
        }
    }

    /** A server that dies is found dead after half a minute: that is no time in which the request waited for a path. */
    @Test
    void theTimeForWhichARequestWaitsBeginsWhenNoPathHasIt() throws Exception {
        long waitNs = TimeUnit.SECONDS.toNanos(1);
        Executor longAfter = CompletableFuture.delayedExecutor(waitNs * 3 / 2, TimeUnit.NANOSECONDS);
        LoadReport report = run(
                (number, end) -> {
                    if (number == 1) {
                        longAfter.execute(() -> end.complete(Status.CONNECTION_ABORTED));
                    } else if (number == 2) {
                        return Status.CONNECTION_ABORTED;
                    } else {
                        end.complete(Status.OK);
                    }
                    return Status.OK;
                },
                waitNs);
        assertThat(report.errors()).as(() -> Objects.toString(report.failure())).isZero();
    }

    @Test
    void aRequestThatNoPathTakesFailsWhenItsTimeIsOver() throws Exception {
        LoadReport report = run((number, end) -> Status.CONNECTION_ABORTED, TimeUnit.MILLISECONDS.toNanos(200));
        assertThat(report.errors()).isOne();
    }

    @Test
    void progressSaysThatNothingCompletes() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        LoadShape shape = new LoadShape(BLOCK, BLOCK, 1, 1);
        AtomicReference<@Nullable CompletableFuture<Status>> request = new AtomicReference<>();
        Script script = (number, end) -> {
            request.set(end);
            return Status.OK;
        };
        try (Load load = new Load(session(script), shape, new PatternContent(1), 1)) {
            load.onLook(() -> {
                if (shown.toString().contains("no answer for 2 s")) {
                    told.countDown();
                    Objects.requireNonNull(request.get()).complete(Status.OK);
                }
            });
            assertThat(load.run(ONE_WRITE, progress(Progress.Style.BAR)).errors())
                    .isZero();
        }
        assertThat(told.getCount()).isZero();
    }
}
