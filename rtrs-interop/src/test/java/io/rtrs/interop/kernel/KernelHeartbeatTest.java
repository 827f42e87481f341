package io.rtrs.interop.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientPath;
import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.stats.PathCounter;
import io.rtrs.interop.rnbd.AccessMode;
import io.rtrs.interop.rnbd.MemoryDevice;
import io.rtrs.interop.rnbd.RnbdClient;
import io.rtrs.interop.rnbd.RnbdMemoryServer;
import io.rtrs.server.RtrsServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** A session of our client with the kernel's server and one of the kernel's client with ours, both idle. */
@Tag("kernel")
class KernelHeartbeatTest {
    /** Longer than either end would suffer without an answer: 5 missed beats, one each 5 s. */
    private static final Duration SILENCE = Duration.ofSeconds(40);

    private static final int OUR_PORT = Peers.PORT + 1;

    private final KernelModules modules = new KernelModules();
    private RdmaResources before;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        before = RdmaResources.now();
        modules.load("brd", "rd_nr=1", "rd_size=1024").load("rnbd-server").load("rnbd-client");
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        modules.unload();
        before.awaitAgain();
    }

    // spec/rtrs.md 12
    @Test
    void idleSessionsLiveOnHeartbeats() throws IOException {
        try (MemoryDevice disk = new MemoryDevice("idle", 1 << 20, 512);
                RtrsServer server = serve(disk);
                RnbdMapping mapping = RnbdMapping.map(Peers.ADDRESS, OUR_PORT, "kernel-idle", disk.name(), "rw");
                ClientSession session = RtrsClient.builder()
                        .provider(Peers.provider())
                        .sessionName("our-idle")
                        .path("ip:" + Peers.ADDRESS + "@ip:" + Peers.ADDRESS)
                        .port(Peers.PORT)
                        .open();
                RnbdClient device = RnbdClient.open(session, "/dev/ram0", AccessMode.READ_WRITE);
                RegisteredMemory memory = session.allocate(4096)) {
            ClientPath path = session.paths().getFirst();
            await().during(SILENCE)
                    .atMost(SILENCE.multipliedBy(2))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> path.isConnected()
                            && mapping.attribute("rnbd/state").equals("open")
                            && server.incidents().isEmpty());
            assertThat(path.heartbeatLatencyNs()).as("the kernel's answer").isPositive();
            assertThat(path.counter(PathCounter.RECONNECTS_OK)).isZero();
            RnbdClient.await(device.read(0, memory, 0, 4096));
        }
    }

    private static RtrsServer serve(MemoryDevice disk) throws IOException {
        RnbdMemoryServer rnbd = new RnbdMemoryServer(List.of(disk));
        return RtrsServer.builder()
                .provider(Peers.provider())
                .listen(new InetSocketAddress(Peers.ADDRESS, OUR_PORT))
                .handler(rnbd)
                .sessionListener(rnbd)
                .start();
    }
}
