package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.client.ClientSession;
import io.rtrs.core.Status;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.interop.subject.Subject;
import io.rtrs.server.RtrsServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** What a server says at its limits, and that it lives on. */
@Timeout(300)
class ServerLimitsTest {
    private static final long PATH_BYTES = (long) MemoryServer.QUEUE_DEPTH * MemoryServer.CHUNK_SIZE;
    private static final int STEPS_MAX = 400;

    private Object handlesBefore;

    @BeforeEach
    void remember() {
        handlesBefore = Subject.handles();
    }

    @AfterEach
    void nothingIsLeft() {
        Clients.awaitHandles(handlesBefore);
    }

    private static MemoryServer server(UnaryOperator<RtrsServer.Builder> more) throws RtrsException {
        return new MemoryServer(true, b -> more.apply(b.heartbeat(Duration.ofMinutes(10), 5)));
    }

    private static void assertRefused(MemoryServer server, int errno, int cidNum, String... parts) throws IOException {
        Long before = server.server.refusedConnections().getOrDefault(Status.of(errno), 0L);
        try (RawClient client = new RawClient(server.address())) {
            RawClient.Rejected refusal =
                    catchThrowableOfType(RawClient.Rejected.class, () -> client.connect(0, cidNum, true));
            assertThat(refusal.errno()).isEqualTo(-errno);
        }
        assertThat(server.server.refusedConnections()).containsEntry(Status.of(errno), before + 1);
        assertThat(server.incidents()).contains(parts);
    }

    private static void assertServes(MemoryServer server) throws IOException {
        RawClient.open(server.address(), "another", 2).close();
    }

    private static void awaitPaths(MemoryServer server, int count) {
        await().atMost(Duration.ofSeconds(Subject.PATIENCE_S))
                .until(() -> server.paths().size() == count);
    }

    @Test
    void theMemoryOfAllPathsIsBounded() throws IOException {
        try (MemoryServer server = server(b -> b.memoryMax(2 * PATH_BYTES));
                RawClient first = RawClient.open(server.address(), "first", 2)) {
            try (RawClient second = RawClient.open(server.address(), "second", 2)) {
                assertRefused(server, Errno.ENOMEM, 2, "chunks of " + PATH_BYTES);
                assertThat(second.accepted.queueDepth()).isEqualTo(first.accepted.queueDepth());
            }
            awaitPaths(server, 1);
            assertServes(server);
        }
    }

    @Test
    void sessionsAreBounded() throws IOException {
        try (MemoryServer server = server(b -> b.sessionsMax(1))) {
            try (RawClient only = RawClient.open(server.address(), "only", 2)) {
                assertRefused(server, Errno.ENOBUFS, 2, "sessions = 1");
                assertThat(only.accepted).isNotNull();
            }
            awaitPaths(server, 0);
            assertServes(server);
        }
    }

    @Test
    void connectionsAreBounded() throws IOException {
        try (MemoryServer server = server(b -> b.connectionsMax(4, 6))) {
            assertRefused(server, Errno.ENOBUFS, 5, "cid_num = 5");
            try (RawClient some = RawClient.open(server.address(), "some", 4)) {
                assertRefused(server, Errno.ENOBUFS, 3, "7 connections");
                assertServes(server);
                assertThat(some.accepted).isNotNull();
            }
        }
    }

    @Test
    void oneAddressCannotTakeAllHalfOpenPaths() throws IOException {
        try (MemoryServer server = server(b -> b.halfOpenPerClientMax(1));
                RawClient slow = new RawClient(server.address())) {
            slow.connect(0, 2, true);
            assertRefused(server, Errno.EBUSY, 2, "of this address = 1");
            slow.connect(1, 2, true);
            slow.exchangeInfo("slow");
            assertServes(server);
        }
    }

    @Test
    void whoIsNotOnTheListIsRefused() throws IOException {
        try (MemoryServer server = server(b -> b.allowClients("192.0.2.0/24"))) {
            assertRefused(server, Errno.EACCES, 2, "not among those that may connect");
        }
        String self = Subject.ADDRESS.getHostAddress();
        try (MemoryServer server = server(b -> b.allowClients("192.0.2.0/24", self))) {
            assertServes(server);
        }
    }

    @Test
    void valuesOutOfRangeAreRefusedAtTheStart() {
        assertInvalid(b -> b.memoryMax(PATH_BYTES - 1), "memoryMax");
        assertInvalid(b -> b.memoryMax(0), "memoryMax");
        assertInvalid(b -> b.sessionsMax(0), "sessionsMax");
        assertInvalid(b -> b.connectionsMax(0, 1), "pathConnectionsMax");
        assertInvalid(b -> b.connectionsMax(1, -1), "connectionsMax");
        assertInvalid(b -> b.halfOpenPerClientMax(0), "halfOpenPerClientMax");
        assertInvalid(b -> b.allowClients("10.0.0.0/64"), "10.0.0.0/64");
    }

    private static void assertInvalid(UnaryOperator<RtrsServer.Builder> wrong, String part) {
        RtrsException refusal = catchThrowableOfType(RtrsException.class, () -> server(wrong));
        assertThat(refusal.errno()).isEqualTo(Errno.EINVAL);
        assertThat(refusal).hasMessageContaining(part);
    }

    /** Whatever runs out while a path is made, with an exception or as an error: the client is refused, and the next one served. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyStepOfAcceptingMayFailAndLeavesNothing(boolean asError) throws IOException {
        assumeTrue(Subject.isSoftware()); // elsewhere nobody counts all handles
        FailingProvider provider = new FailingProvider(Subject.PROVIDER, 0);
        provider.outOfMemory = asError;
        try (MemoryServer server = server(b -> b.provider(provider))) {
            Object handles = Subject.handles();
            int step = 1;
            for (boolean served = false; !served && step < STEPS_MAX; step++) {
                provider.failAt(step);
                served = tryOpen(server, provider);
                provider.failAt(0);
                awaitPaths(server, 0);
                Clients.awaitHandles(handles);
            }
            assertThat(step).isBetween(20, STEPS_MAX - 1);
            assertServes(server);
        }
    }

    private static boolean tryOpen(MemoryServer server, FailingProvider provider) {
        try (ClientSession session =
                Clients.to(server.address()).ioConnections(1).open()) {
            return session.queueDepth() > 0 && provider.failed().isEmpty();
        } catch (RtrsException e) {
            assertThat(provider.failed()).as(e.toString()).isNotEmpty();
            return false;
        }
    }
}
