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
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

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
        return client(provider, server, "metrics");
    }

    private static ClientSession client(VerbsProvider provider, RtrsServer server, String name) throws Exception {
        return RtrsClient.builder()
                .sessionName(name)
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
    void whatWaitsForAPathHasAMeter() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        AtomicInteger waiting = new AtomicInteger(3);
        ClientSession session = stub(
                ClientSession.class,
                Map.of("name", () -> "s", "uuid", UUID::randomUUID, "paths", List::of, "waiting", waiting::get));
        try (ClientSessionMetrics metrics = new ClientSessionMetrics(session)) {
            metrics.bindTo(registry);
            assertThat(registry.get("rtrs.client.waiting")
                            .tag("session", "s")
                            .gauge()
                            .value())
                    .isEqualTo(3);
            waiting.set(0);
            assertThat(registry.get("rtrs.client.waiting").gauge().value()).isZero();
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    private static void write(ClientSession session, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            session.write(MemorySegment.ofArray(new byte[8]), null, 0, 0);
        }
    }

    private static double writes(SimpleMeterRegistry registry, String meter, String session) {
        return registry.get(meter).tag("session", session).functionCounter().count();
    }

    @Test
    void sessionsOfOneHostHaveMetersOfTheirOwnAtTheServer() throws Exception {
        VerbsProvider provider = VerbsProviders.named("inprocess");
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (RtrsServer server = server(provider);
                ServerMetrics ofServer = new ServerMetrics(server);
                ClientSession one = client(provider, server, "one")) {
            try (ClientSession two = client(provider, server, "two")) {
                ofServer.bindTo(registry);
                write(one, 1);
                write(two, 2);
                await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                    assertThat(writes(registry, "rtrs.server.path.writes", "one"))
                            .isEqualTo(1);
                    assertThat(writes(registry, "rtrs.server.path.writes", "two"))
                            .isEqualTo(2);
                });
            }
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> registry.get("rtrs.server.paths").gauge().value() == 1);
            assertThat(registry.get("rtrs.server.path.writes").functionCounters())
                    .hasSize(1);
            assertThat(writes(registry, "rtrs.server.path.writes", "one")).isEqualTo(1);
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void sessionsOfOneNameHaveMetersOfTheirOwn() throws Exception {
        VerbsProvider provider = VerbsProviders.named("inprocess");
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (RtrsServer server = server(provider);
                RtrsServer other = server(provider);
                ClientSession one = client(provider, server);
                ClientSession two = client(provider, other);
                ClientSessionMetrics ofTwo = new ClientSessionMetrics(two)) {
            try (ClientSessionMetrics ofOne = new ClientSessionMetrics(one)) {
                ofOne.bindTo(registry);
                ofTwo.bindTo(registry);
                write(one, 1);
                write(two, 2);
                assertThat(writes(registry, "rtrs.client.path.writes", "metrics"))
                        .isEqualTo(1);
                assertThat(writes(registry, "rtrs.client.path.writes", "metrics#" + two.uuid()))
                        .isEqualTo(2);
            }
            assertThat(registry.get("rtrs.client.paths").gauges()).hasSize(1);
            assertThat(writes(registry, "rtrs.client.path.writes", "metrics#" + two.uuid()))
                    .isEqualTo(2);
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void serversOfOneAddressHaveMetersOfTheirOwn() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (RtrsServer server = server(VerbsProviders.named("inprocess"));
                ServerMetrics two = new ServerMetrics(server)) {
            try (ServerMetrics one = new ServerMetrics(server)) {
                one.bindTo(registry);
                two.bindTo(registry);
            }
            String listen = server.localAddresses().getFirst().getAddress().getHostAddress() + ":"
                    + server.localAddresses().getFirst().getPort();
            assertThat(registry.get("rtrs.server.paths").gauges())
                    .singleElement()
                    .satisfies(
                            gauge -> assertThat(gauge.getId().getTag("listen")).isEqualTo(listen + "#2"));
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void aPathHasMetersWhenItsTagsAreKnownAndFree() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        List<ClientPath> paths = new ArrayList<>();
        AtomicReference<String> source = new AtomicReference<>("");
        ClientSession session = stub(
                ClientSession.class,
                Map.of("name", () -> "s", "uuid", UUID::randomUUID, "paths", () -> List.copyOf(paths)));
        ClientPath first = path(() -> "ip:10.0.0.1", 1);
        ClientPath second = path(source::get, 2);
        paths.add(first);
        paths.add(second);
        try (ClientSessionMetrics metrics = new ClientSessionMetrics(session)) {
            metrics.bindTo(registry);
            assertThat(inFlight(registry)).containsExactly("ip:10.0.0.1=1.0"); // the second one's is not resolved
            source.set("ip:10.0.0.1"); // as the first one's: the server will refuse it
            assertThat(inFlight(registry)).containsExactly("ip:10.0.0.1=1.0");
            paths.remove(first);
            assertThat(inFlight(registry)).containsExactly("ip:10.0.0.1=2.0");
            source.set("ip:10.0.0.2"); // another route
            assertThat(inFlight(registry)).containsExactly("ip:10.0.0.2=2.0");
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    /** Source and requests under way of each path that has meters, after a look at the number of paths. */
    private static List<String> inFlight(SimpleMeterRegistry registry) {
        registry.get("rtrs.client.paths").gauge().value();
        return registry.find("rtrs.client.path.in.flight").gauges().stream()
                .map(gauge -> gauge.getId().getTag("source") + "=" + gauge.value())
                .toList();
    }

    private static ClientPath path(Supplier<?> source, int inFlight) {
        return stub(
                ClientPath.class,
                Map.of("sourceAddress", source, "destinationAddress", () -> "ip:10.0.0.9", "inFlight", () -> inFlight));
    }

    /** An object whose methods answer that, and which is equal to itself alone. */
    private static <T> T stub(Class<T> type, Map<String, Supplier<?>> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> switch (method.getName()) {
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default ->
                        Objects.requireNonNull(answers.get(method.getName())).get();
                }));
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
