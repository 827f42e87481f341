package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientSession;
import io.rtrs.core.Status;
import io.rtrs.core.error.RtrsException;
import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A server that bears few half-open paths, and clients that all come at the same moment. */
@Timeout(180)
class ManyClientsTest {
    private static final int CLIENTS = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);

    /** A refused client comes again for as long as this test waits: on a slow machine a hundred handshakes take a while. */
    private static final Duration ALL_IN = PATIENCE.multipliedBy(2);

    @Test
    void a_hundred_clients_that_come_at_the_same_moment_all_get_in() throws Exception {
        try (MemoryServer server = new MemoryServer(true, builder -> builder.halfOpenMax(4));
                ExecutorService threads =
                        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            CyclicBarrier together = new CyclicBarrier(CLIENTS);
            List<Future<ClientSession>> opened = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                String name = "client" + i;
                opened.add(threads.submit(() -> {
                    together.await();
                    return Clients.to(server.address())
                            .sessionName(name)
                            .ioConnections(1)
                            .connectTimeout(ALL_IN)
                            .open();
                }));
            }
            for (Future<ClientSession> session : opened) {
                session.get(ALL_IN.toSeconds(), TimeUnit.SECONDS).close();
            }
            assertThat(server.server.refusedConnections().keySet()).isSubsetOf(Status.BUSY);
        }
    }

    @Test
    void a_client_that_is_refused_for_the_moment_comes_again_and_the_server_counts_it() throws Exception {
        try (MemoryServer server = new MemoryServer(true, builder -> builder.halfOpenMax(1));
                RawClient first = new RawClient(server.address())) {
            first.connect(0, 2, true);
            CompletableFuture<ClientSession> second = CompletableFuture.supplyAsync(() -> {
                try {
                    return Clients.to(server.address()).open();
                } catch (RtrsException e) {
                    throw new AssertionError(e);
                }
            });
            await().atMost(PATIENCE)
                    .until(() -> server.server.refusedConnections().getOrDefault(Status.BUSY, 0L) >= 2);
            assertThat(second).isNotDone();
            first.connect(1, 2, true);
            first.exchangeInfo("first");
            second.get(Subject.PATIENCE_S, TimeUnit.SECONDS).close();
            assertThat(server.incidents()).contains("half-open paths = 1");
        }
    }
}
