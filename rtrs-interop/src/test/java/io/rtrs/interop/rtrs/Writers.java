package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.error.RtrsException;
import io.rtrs.interop.subject.Subject;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that write and read back through a session, none of whose requests may fail, until they are told to stop. */
final class Writers {
    private static final int THREADS = 4;
    private static final int BYTES = 512;

    private final AtomicBoolean goOn = new AtomicBoolean(true);
    private final AtomicInteger rounds = new AtomicInteger();
    private final List<CompletableFuture<Void>> all = new ArrayList<>();

    Writers(ClientSession session) throws RtrsException {
        for (int i = 0; i < THREADS; i++) {
            RegisteredMemory memory = session.allocate(2 * BYTES);
            all.add(CompletableFuture.runAsync(() -> write(session, memory)));
        }
    }

    private void write(ClientSession session, RegisteredMemory memory) {
        while (goOn.get()) {
            int round = rounds.getAndIncrement();
            try {
                assertThat(Clients.roundTrip(session, memory, round * BYTES % (1 << 20), BYTES, round))
                        .isTrue();
            } catch (RtrsException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Waits until they have done something more, or one has failed. */
    void awaitMore() {
        int then = rounds.get();
        await().atMost(Duration.ofSeconds(Subject.PATIENCE_S))
                .until(() -> rounds.get() > then + 20 || all.stream().anyMatch(CompletableFuture::isDone));
    }

    /** Stops them; fails if one of them has. */
    void stop() throws Exception {
        goOn.set(false);
        for (CompletableFuture<Void> one : all) {
            one.get(Subject.PATIENCE_S, TimeUnit.SECONDS);
        }
    }
}
