package io.rtrs.interop.paths;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientPath;
import io.rtrs.client.ClientSession;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.Status;
import io.rtrs.core.stats.PathCounter;
import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What a session of two paths bears, under verified requests 64 deep, with a server in a process of its own. */
abstract class PathsScene {
    private static final int DEPTH = 64;
    private static final int PORT = 1239;
    private static final Duration PATIENCE = Duration.ofSeconds(2 * Subject.PATIENCE_S);

    /** Requests that succeed between two events. */
    private static final int SOME = 300;

    @TempDir
    private Path folder;

    private Links links;
    private ServerProcess server;

    abstract Links lay() throws Exception;

    /** The provider that the server's process uses. */
    abstract String serversProvider();

    /** How often each link goes and comes back. */
    abstract int flaps();

    /** How long the server's process is stopped. */
    abstract int standstillS();

    /** How long the client waits for each step of an attempt to connect. */
    abstract Duration connectTimeout();

    /** Heartbeats by which the client finds a link dead that loses packets in silence. */
    abstract RtrsClient.Builder withHeartbeats(RtrsClient.Builder builder);

    @BeforeEach
    void start() throws Exception {
        links = lay();
        server = new ServerProcess(links, StoreServer.class, serversProvider(), PORT, folder.resolve("store"));
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.close();
        }
        links.remove();
    }

    final ServerProcess server() {
        return server;
    }

    final RtrsClient.Builder client() {
        return RtrsClient.builder()
                .provider(links.provider())
                .sessionName("paths")
                .path(links.path(0))
                .path(links.path(1))
                .port(PORT)
                .ioConnections(2)
                .connectTimeout(connectTimeout())
                .reconnect(Duration.ZERO, Duration.ofMillis(100), -1);
    }

    static void awaitBoth(ClientSession session, boolean connected) {
        await().atMost(PATIENCE)
                .until(() -> session.paths().stream().allMatch(path -> path.isConnected() == connected));
    }

    @Test
    void no_request_fails_while_links_go_and_come_back() throws Exception {
        try (ClientSession session = withHeartbeats(client()).open();
                VerifiedLoad load = VerifiedLoad.start(session, DEPTH, false)) {
            load.awaitMore(SOME);
            for (int link = 0; link < Links.COUNT; link++) {
                ClientPath path = session.paths().get(link);
                for (int turn = 0; turn < flaps(); turn++) {
                    long returns = path.counter(PathCounter.RECONNECTS_OK);
                    links.cut(link);
                    await().atMost(PATIENCE).until(() -> !path.isConnected());
                    load.awaitMore(SOME);
                    links.mend(link);
                    await().atMost(PATIENCE)
                            .until(() -> path.counter(PathCounter.RECONNECTS_OK) > returns && path.isConnected());
                    load.awaitMore(SOME);
                }
            }
            load.finish();
            assertThat(load.failed()).isZero();
            assertThat(session.paths())
                    .allSatisfy(path -> assertThat(path.counter(PathCounter.FAILOVERS))
                            .as("requests that %s took over", path)
                            .isPositive());
        }
    }

    @Test
    void a_server_that_is_killed_and_started_again_is_found_and_every_request_is_accounted_for() throws Exception {
        try (ClientSession session = withHeartbeats(client()).open();
                VerifiedLoad load = VerifiedLoad.start(session, DEPTH, true)) {
            load.awaitMore(SOME);
            server.kill();
            awaitBoth(session, false);
            server.restart();
            awaitBoth(session, true);
            load.awaitMore(SOME);
            load.finish();
            assertThat(load.failed()).as("requests that were under way").isPositive();
            assertThat(load.statuses()).isSubsetOf(Status.CONNECTION_ABORTED);
        }
    }

    @Test
    void nothing_is_lost_while_the_server_stands_still() throws Exception {
        try (ClientSession session = client().open();
                VerifiedLoad load = VerifiedLoad.start(session, DEPTH, false)) {
            load.awaitMore(SOME);
            server.stop();
            TimeUnit.SECONDS.sleep(standstillS()); // less than five heartbeats: this is what is tested, not waited for
            server.goOn();
            load.awaitMore(SOME);
            load.finish();
            assertThat(session.paths())
                    .allSatisfy(path -> assertThat(path.isConnected()).isTrue());
        }
    }
}
