package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientSession;
import io.rtrs.client.MultipathPolicy;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.SessionListener;
import io.rtrs.client.session.Opening;
import io.rtrs.client.session.SessionOptions;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.driver.Ambient;
import io.rtrs.core.driver.CompletionLoop;
import io.rtrs.core.driver.ControlHandler;
import io.rtrs.core.driver.ControlLoop;
import io.rtrs.core.driver.Crew;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.work.LoopMode;
import io.rtrs.core.work.LoopShare;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.interop.subject.Subject;
import io.rtrs.server.ServerPath;
import io.rtrs.verbs.VerbsProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Errors of the machine and of a device, thrown where nobody expects them: a request ends once, and so does the session. */
@Timeout(Subject.PATIENCE_S * 5)
class ClientErrorsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);
    private static final int BYTES = 512;

    /** It has threads for loops, and no other. */
    private static final class Starved implements Crew {
        private final Crew threads = Crew.threads();

        @Override
        public ControlLoop control(VerbsProvider provider, ControlHandler handler, Ambient ambient, String name)
                throws IOException {
            return threads.control(provider, handler, ambient, name);
        }

        @Override
        public CompletionLoop completions(WaitStrategy strategy, LongSupplier clock, String name) {
            return threads.completions(strategy, clock, name);
        }

        @Override
        public void run(Runnable task, String name) {
            throw new OutOfMemoryError("no thread for the test");
        }
    }

    private static ClientSession open(InetSocketAddress server, Crew crew) throws Exception {
        Ambient real = Ambient.real();
        SessionOptions options = new SessionOptions(
                "starved",
                List.of(PathAddress.parse("ip:" + server.getAddress().getHostAddress())),
                server.getPort(),
                Optional.of(Subject.PROVIDER),
                1,
                MultipathPolicy.ROUND_ROBIN,
                null,
                WaitStrategy.EVENTS,
                new LoopShare(LoopMode.OWN_THREAD, 1, 1),
                false,
                false,
                SessionListener.NONE,
                PATIENCE.toNanos(),
                PATIENCE.toNanos(),
                5,
                0,
                0,
                0,
                0);
        Opening opening =
                Opening.begin(options, new Ambient(real.clock(), real.wall(), real.uuids(), real.random(), crew));
        opening.paths().get(Subject.PATIENCE_S, TimeUnit.SECONDS);
        return opening.finish();
    }

    @Test
    void whatEndsWithItsPathIsCalledBackThoughNoThreadIsLeft() throws Exception {
        Object before = Subject.handles();
        Queue<Held> held = new ConcurrentLinkedQueue<>();
        try (MemoryServer server = new MemoryServer(true)) {
            server.before = (operation, handle) -> held.add(new Held(operation, handle));
            ClientSession session = open(server.address(), new Starved());
            CompletableFuture<Void> write = session.submit(
                    Direction.WRITE, ConnectionType.IO, Clients.header(0, 0), session.allocate(BYTES), 0, BYTES);
            await().atMost(PATIENCE).until(() -> !held.isEmpty());
            server.paths().forEach(ServerPath::disconnect);
            assertThat(write).failsWithin(PATIENCE);
            held.forEach(one -> one.respond(Status.OK));
            session.close();
        }
        Clients.awaitHandles(before);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDeviceThatThrowsEndsItsPathAndTheRequestOnce(boolean afterwards) throws Exception {
        Object before = Subject.handles();
        FailingProvider provider = new FailingProvider(Subject.PROVIDER, 0);
        ThrowingSend.Moment moment = new ThrowingSend.Moment(afterwards);
        provider.throwing = moment;
        List<Status> told = new ArrayList<>();
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session =
                        Clients.to(server.address()).provider(provider).open()) {
            RegisteredMemory memory = session.allocate(BYTES);
            Permit permit = session.getPermit(ConnectionType.IO);
            CompletableFuture<Status> first = new CompletableFuture<>();
            moment.arm();
            Status accepted = session.request(
                    Direction.WRITE,
                    permit,
                    (of, status) -> {
                        told.add(status);
                        first.complete(status);
                    },
                    Clients.header(0, 0),
                    memory,
                    0,
                    BYTES);
            assertThat(accepted).isEqualTo(Status.OK);
            Status status = first.get(Subject.PATIENCE_S, TimeUnit.SECONDS);
            if (!afterwards) { // else the answer may have been there first
                assertThat(status).isEqualTo(Status.CONNECTION_ABORTED);
            }
            session.putPermit(permit);
            await().atMost(PATIENCE).until(() -> !session.isConnected());
            assertThat(session.paths().getFirst().lastError())
                    .hasValueSatisfying(why -> assertThat(why).hasMessageContaining("IllegalStateException"));
        }
        assertThat(told).hasSize(1);
        Clients.awaitHandles(before);
    }
}
