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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A load on a session that does what its script says. */
@Timeout(120)
class LoadTest {
    private static final int BLOCK = 512;
    private static final Phase ONE_WRITE =
            new Phase("write", 0, false, false, Phase.Bound.OPERATIONS, 1, Phase.UNLIMITED);

    private final StringWriter shown = new StringWriter();
    private int waiting;
    private int closed;
    private Runnable closes = () -> {};

    /** What becomes of a request: its errno now, or its end later. */
    @FunctionalInterface
    private interface Script {
        Status request(int number, CompletableFuture<Status> end);
    }

    private ClientSession session(Script script) {
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
            case "waiting" -> waiting;
            case "isConnected" -> waiting == 0;
            case "close" -> {
                closed++;
                closes.run();
                yield null;
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

    /** What waits for a path does so for as long as the user wants; but not once the load shall end. */
    @Test
    void aStoppedLoadWhoseRequestWaitsForAPathClosesTheSessionAndEnds() throws Exception {
        waiting = 1;
        LoadShape shape = new LoadShape(BLOCK, BLOCK, 1, 1);
        AtomicReference<@Nullable CompletableFuture<Status>> request = new AtomicReference<>();
        Script script = (number, end) -> {
            request.set(end);
            return Status.OK;
        };
        closes = () -> Objects.requireNonNull(request.get()).complete(Status.CONNECTION_ABORTED);
        try (Load load = new Load(session(script), shape, new PatternContent(1), 1)) {
            AtomicInteger looks = new AtomicInteger();
            load.onLook(() -> {
                if (looks.incrementAndGet() == 3) {
                    assertThat(closed).isZero();
                    load.stop();
                }
            });
            LoadReport report = load.run(ONE_WRITE, progress(Progress.Style.BAR));
            assertThat(report.errors()).isOne();
            assertThat(report.failure()).contains(Status.CONNECTION_ABORTED.toString());
        }
        assertThat(closed).isOne();
    }

    @Test
    void aStoppedLoadWhoseRequestIsUnderWayLeavesTheSessionOpen() throws Exception {
        LoadShape shape = new LoadShape(BLOCK, BLOCK, 1, 1);
        AtomicReference<@Nullable CompletableFuture<Status>> request = new AtomicReference<>();
        Script script = (number, end) -> {
            request.set(end);
            return Status.OK;
        };
        try (Load load = new Load(session(script), shape, new PatternContent(1), 1)) {
            AtomicInteger looks = new AtomicInteger();
            load.onLook(() -> {
                load.stop();
                if (looks.incrementAndGet() == 3) {
                    Objects.requireNonNull(request.get()).complete(Status.OK);
                }
            });
            assertThat(load.run(ONE_WRITE, progress(Progress.Style.BAR)).errors())
                    .isZero();
        }
        assertThat(closed).isZero();
    }

    @Test
    void aRequestThatIsRefusedFailsAtOnce() throws Exception {
        LoadShape shape = new LoadShape(BLOCK, BLOCK, 1, 1);
        Script refuses = (number, end) -> Status.CONNECTION_ABORTED;
        try (Load load = new Load(session(refuses), shape, new PatternContent(1), 1)) {
            assertThat(load.run(ONE_WRITE, progress(Progress.Style.BAR)).errors())
                    .isOne();
        }
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
