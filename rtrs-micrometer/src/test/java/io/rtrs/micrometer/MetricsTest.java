package io.rtrs.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.rtrs.client.ClientPath;
import io.rtrs.client.ClientSession;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.Status;
import io.rtrs.server.RtrsServer;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.time.Duration;

/** What registries see of a session and its server in one process. */
class MetricsTest {
    private static final String SECOND = "ip:127.0.0.2@ip:127.0.0.1";

    private static RtrsServer server(VerbsProvider provider) throws Exception {
        return RtrsServer.builder()
                .listen(new InetSocketAddress("127.0.0.1", 0))
                .provider(provider)
                .queueDepth(8)
                .chunkSize(8192)
                .handler((operation, handle) -> operation.respond(handle, Status.OK))
                .start();
    }

    private static ClientSession client(VerbsProvider provider, RtrsServer server) throws Exception {
        return RtrsClient.builder()
                .sessionName("metrics")
                .path("ip:127.0.0.1")
                .port(server.localAddresses().getFirst().getPort())
                .provider(provider)
                .ioConnections(1)
                .open();
    }

    @Test
    void pathsThatAreThereHaveMeters() throws Exception {
        VerbsProvider provider = VerbsProviders.named("inprocess");
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (RtrsServer server = server(provider);
                ServerMetrics ofServer = new ServerMetrics(server);
                ClientSession session = client(provider, server);
                ClientSessionMetrics ofSession = new ClientSessionMetrics(session)) {
            ofServer.bindTo(registry);
            ofSession.bindTo(registry);
            assertThatThrownBy(() -> ofSession.bindTo(registry)).isInstanceOf(IllegalStateException.class);
            for (int i = 0; i < 3; i++) {
                session.write(MemorySegment.ofArray(new byte[8]), null, 0, 0);
            }
            assertThat(registry.get("rtrs.client.paths")
                            .tag("session", "metrics")
                            .gauge()
                            .value())
                    .isEqualTo(1);
            assertThat(registry.get("rtrs.client.path.writes").functionCounter().count())
                    .isEqualTo(3);
            assertThat(registry.get("rtrs.client.path.write.bytes")
                            .functionCounter()
                            .count())
                    .isEqualTo(24);
            assertThat(registry.get("rtrs.client.path.connected").gauge().value())
                    .isEqualTo(1);
            assertThat(registry.get("rtrs.server.sessions").gauge().value()).isEqualTo(1);
            assertThat(registry.get("rtrs.server.paths").gauge().value()).isEqualTo(1);
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(registry.get("rtrs.server.path.writes")
                                    .functionCounter()
                                    .count())
                            .isEqualTo(3));

            ClientPath second = session.addPath(SECOND);
            assertThat(registry.get("rtrs.client.paths").gauge().value()).isEqualTo(2);
            assertThat(registry.get("rtrs.client.path.connected").gauges()).hasSize(2);
            assertThat(registry.get("rtrs.client.path.reads")
                            .tag("source", "ip:127.0.0.2")
                            .functionCounter()
                            .count())
                    .isZero();
            session.removePath(second);
            assertThat(registry.get("rtrs.client.paths").gauge().value()).isEqualTo(1);
            assertThat(registry.find("rtrs.client.path.reads")
                            .tag("source", "ip:127.0.0.2")
                            .functionCounter())
                    .isNull();
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void whatTheProviderCountsHasMeters() throws Exception {
        VerbsProvider provider = VerbsProviders.named("softroce");
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (RtrsServer server = server(provider)) { // what it counts is known once it was used
            assertThat(server.localAddresses()).hasSize(1);
            new ProviderMetrics(provider).bindTo(registry);
        }
        assertThat(registry.getMeters())
                .hasSameSizeAs(provider.counters().values().keySet());
        assertThat(registry.get("rtrs.provider.retransmissions")
                        .tag("provider", "softroce")
                        .functionCounter()
                        .count())
                .isNotNegative();
    }
}
