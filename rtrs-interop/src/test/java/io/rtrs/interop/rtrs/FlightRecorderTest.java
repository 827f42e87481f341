package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.client.ClientPath;
import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.stats.PathCounter;
import io.rtrs.interop.subject.Subject;
import io.rtrs.server.ServerPath;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What a recording has of paths and slow requests. */
@Timeout(Subject.PATIENCE_S * 5)
class FlightRecorderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);
    private static final int BYTES = 512;

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void twoSources() {
        assumeTrue(Subject.isSoftware());
        assumeTrue(Subject.ADDRESS.isLoopbackAddress());
    }

    private List<RecordedEvent> stop(Recording recording, String session) throws IOException {
        recording.stop();
        Path file = folder.resolve(session + ".jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("io.rtrs."))
                .filter(event -> event.getString("session").equals(session))
                .toList();
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("io.rtrs." + name))
                .toList();
    }

    @Test
    void whatHappensToPathsIsRecordedAndSlowRequestsAreNot() throws Exception {
        List<RecordedEvent> events;
        CountDownLatch held = new CountDownLatch(1);
        try (Recording recording = new Recording()) {
            recording.start();
            try (MemoryServer server = new MemoryServer(true);
                    ClientSession session = Clients.to(server.address())
                            .sessionName("jfr-paths")
                            .path("ip:127.0.0.2@ip:" + Subject.ADDRESS.getHostAddress())
                            .reconnect(Duration.ZERO, Duration.ZERO, -1)
                            .open()) {
                RegisteredMemory memory = session.allocate(2 * BYTES);
                ClientPath first = session.paths().getFirst();
                CountDownLatch arrived = new CountDownLatch(1);
                server.before = (operation, handle) -> {
                    arrived.countDown();
                    Thread.ofVirtual().start(() -> {
                        try {
                            held.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        operation.respond(handle, Status.OK);
                    });
                };
                CompletableFuture<Void> moved =
                        session.submit(Direction.WRITE, ConnectionType.IO, new byte[8], memory, 0, BYTES);
                assertThat(arrived.await(Subject.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
                server.before = null;
                server.paths().stream()
                        .filter(path -> path.uuid().equals(first.uuid()))
                        .forEach(ServerPath::disconnect);
                await().atMost(PATIENCE)
                        .until(() -> first.counter(PathCounter.RECONNECTS_OK) == 1 || !first.isConnected());
                held.countDown();
                moved.get(Subject.PATIENCE_S, TimeUnit.SECONDS);
                await().atMost(PATIENCE).until(() -> first.counter(PathCounter.RECONNECTS_OK) == 1);
            } finally {
                held.countDown();
            }
            events = stop(recording, "jfr-paths");
        }
        assertThat(named(events, "Connect"))
                .hasSizeGreaterThanOrEqualTo(3)
                .allMatch(event -> event.getString("path").contains("@ip:"))
                .allMatch(event -> event.getInt("connections") == 3)
                .anyMatch(event -> event.getBoolean("succeeded"));
        assertThat(named(events, "PathState"))
                .anyMatch(event -> event.getString("side").equals("client")
                        && event.getString("from").equals("CONNECTED")
                        && event.getString("to").equals("RECONNECTING"))
                .anyMatch(event -> event.getString("side").equals("server")
                        && event.getString("to").equals("CLOSING"));
        assertThat(named(events, "Reconnect"))
                .hasSizeGreaterThanOrEqualTo(1)
                .first()
                .satisfies(event -> assertThat(event.getDuration("delay")).isEqualTo(Duration.ofSeconds(1)))
                .satisfies(event -> assertThat(event.getInt("attempt")).isEqualTo(1));
        assertThat(named(events, "Failover")).hasSize(1).first().satisfies(event -> {
            assertThat(event.getInt("moved")).isEqualTo(1);
            assertThat(event.getInt("failed")).isZero();
        });
        assertThat(named(events, "SlowRequest")).isEmpty();
    }

    @Test
    void slowRequestsHaveTheirStagesWhereTheyAreAskedFor() throws Exception {
        List<RecordedEvent> events;
        try (Recording recording = new Recording()) {
            recording.enable("io.rtrs.SlowRequest").withThreshold(Duration.ZERO);
            recording.start();
            try (MemoryServer server = new MemoryServer(true);
                    ClientSession session =
                            Clients.to(server.address()).sessionName("jfr-slow").open()) {
                RegisteredMemory memory = session.allocate(2 * BYTES);
                assertThat(Clients.roundTrip(session, memory, 0, BYTES, 3)).isTrue();
            }
            events = named(stop(recording, "jfr-slow"), "SlowRequest");
        }
        assertThat(events).hasSize(2).allSatisfy(event -> {
            assertThat(event.getString("path")).endsWith("@ip:" + Subject.ADDRESS.getHostAddress());
            assertThat(event.getInt("permit")).isZero();
            assertThat(event.getLong("data")).isEqualTo(BYTES);
            assertThat(event.getInt("status")).isZero();
            Duration stages = event.getDuration("post")
                    .plus(event.getDuration("wireAndServer"))
                    .plus(event.getDuration("completion"));
            assertThat(event.getDuration("permitWait")).isZero();
            assertThat(stages)
                    .isPositive()
                    .isLessThanOrEqualTo(event.getDuration().plusMillis(1));
        });
        assertThat(events).extracting(event -> event.getString("direction")).containsExactly("WRITE", "READ");
    }
}
