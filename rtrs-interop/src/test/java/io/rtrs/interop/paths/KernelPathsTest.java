package io.rtrs.interop.paths;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.core.Status;
import io.rtrs.interop.kernel.KernelModules;
import io.rtrs.interop.kernel.RnbdMapping;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * What a device that the kernel's rnbd-client has mapped over two paths bears, under verified requests 64 deep, with our
 * server in a process of its own.
 *
 * <p>The kernel's times are fixed: without word from the connection management it finds a silent path dead after 30 to 35 s,
 * takes it down for up to 30 s where nobody answers its goodbye, and connects again after 31 s.
 */
@Tag("vm")
@Timeout(2400)
class KernelPathsTest {
    private static final int DEPTH = 64;
    private static final int PORT = 1240;
    private static final String SESSION = "two-paths";
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int STANDSTILL_S = 10;

    /** Requests that succeed between two events. */
    private static final int SOME = 300;

    @TempDir
    private Path folder;

    private final KernelModules modules = new KernelModules();
    private final List<KernelPath> paths;
    private final RxeLinks links;
    private ServerProcess server;

    KernelPathsTest() throws IOException, InterruptedException {
        links = RxeLinks.lay();
        paths = IntStream.range(0, Links.COUNT)
                .mapToObj(link -> new KernelPath(SESSION, links.path(link)))
                .toList();
    }

    @BeforeEach
    void start() throws IOException, InterruptedException {
        server = new ServerProcess(links, DeviceServer.class, "softroce", PORT, folder.resolve("store"));
        modules.load("rnbd-client");
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        links.remove();
        try {
            modules.unload(); // first: the kernel's client must not lose its server
        } finally {
            if (server != null) {
                server.close();
            }
        }
    }

    /** Asks again if the kernel did not wait long enough, half a minute, for a server that loads its first classes. */
    private RnbdMapping map() {
        return await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(
                        () -> RnbdMapping.map(
                                List.of(links.path(0), links.path(1)), PORT, SESSION, DeviceServer.DEVICE, "rw"),
                        Objects::nonNull);
    }

    private VerifiedLoad load(RnbdMapping mapping, boolean bearsFailures) throws IOException {
        DeviceTarget target = new DeviceTarget(
                Path.of(mapping.node()),
                DEPTH,
                () -> mapping.isOpen() && paths.stream().anyMatch(KernelPath::isConnected));
        return VerifiedLoad.start(target, DEPTH, bearsFailures);
    }

    // spec/rnbd.md 8.42
    @Test
    void no_request_fails_while_links_go_and_come_back() throws Exception {
        try (RnbdMapping mapping = map();
                VerifiedLoad load = load(mapping, false)) {
            load.awaitMore(SOME);
            for (int link = 0; link < Links.COUNT; link++) {
                KernelPath path = paths.get(link);
                for (int turn = 0; turn < Flaps.count(1); turn++) {
                    links.cut(link);
                    await().atMost(PATIENCE).until(() -> !path.isConnected());
                    load.awaitMore(SOME);
                    links.mend(link);
                    await().atMost(PATIENCE).until(path::reconnect);
                    load.awaitMore(SOME);
                }
            }
            load.finish();
            assertThat(load.failed()).isZero();
            assertThat(paths)
                    .allSatisfy(path -> assertThat(path.failovers())
                            .as("requests that %s took over", path)
                            .isPositive());
        }
    }

    @Test
    void a_server_that_is_killed_and_started_again_is_found_and_every_request_is_accounted_for() throws Exception {
        try (RnbdMapping mapping = map();
                VerifiedLoad load = load(mapping, true)) {
            load.awaitMore(SOME);
            List<Long> returns = paths.stream().map(KernelPath::returns).toList();
            server.kill();
            server.restart();
            for (int link = 0; link < Links.COUNT; link++) {
                KernelPath path = paths.get(link);
                long before = returns.get(link);
                await().atMost(PATIENCE).until(() -> path.returns() > before && path.isConnected());
            }
            await().atMost(PATIENCE).until(mapping::isOpen);
            load.awaitMore(SOME);
            load.finish();
            assertThat(load.failed()).as("requests that were under way").isPositive();
            assertThat(load.statuses()).containsExactly(Status.IO_ERROR);
        }
    }

    @Test
    void nothing_is_lost_while_the_server_stands_still() throws Exception {
        try (RnbdMapping mapping = map();
                VerifiedLoad load = load(mapping, false)) {
            load.awaitMore(SOME);
            server.stop();
            TimeUnit.SECONDS.sleep(STANDSTILL_S); // less than five heartbeats: this is what is tested, not waited for
            server.goOn();
            load.awaitMore(SOME);
            load.finish();
            assertThat(paths).allSatisfy(path -> {
                assertThat(path.isConnected()).isTrue();
                assertThat(path.returns()).as("how often %s came back", path).isZero();
            });
        }
    }
}
