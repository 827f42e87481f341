package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.management.BeanSet;
import io.rtrs.interop.subject.Subject;
import io.rtrs.server.ServerOperation;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import javax.management.Attribute;
import javax.management.AttributeNotFoundException;
import javax.management.InvalidAttributeValueException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** spec/rtrs.md 15 and 19.89, 19.90: what the kernel has in sysfs is in JMX, with the same names and formats. */
@Timeout(Subject.PATIENCE_S * 5)
class ManagementTest {
    private static final Duration PATIENCE = Duration.ofSeconds(Subject.PATIENCE_S);
    private static final int BYTES = 512;
    private static final MBeanServer JMX = ManagementFactory.getPlatformMBeanServer();

    /** Other tests of this process may have sessions of their own. */
    private final String name = "jmx-" + ThreadLocalRandom.current().nextInt(1 << 30);

    @BeforeEach
    void twoSources() {
        assumeTrue(Subject.isSoftware());
        assumeTrue(Subject.ADDRESS.isLoopbackAddress());
    }

    private static String server() {
        return "ip:" + Subject.ADDRESS.getHostAddress();
    }

    private RtrsClient.Builder client(MemoryServer server) {
        return Clients.to(server.address()).sessionName(name).path(second());
    }

    private static String second() {
        return "ip:127.0.0.2@" + server();
    }

    private ObjectName session() {
        return BeanSet.name("ClientSession", "session", name);
    }

    private ObjectName path(String path) {
        return BeanSet.name("ClientPath", "session", name, "path", path);
    }

    private Set<ObjectName> beans() throws Exception {
        return JMX.queryNames(new ObjectName("io.rtrs:session=" + ObjectName.quote(name) + ",*"), null);
    }

    private static String get(ObjectName of, String attribute) throws Exception {
        return String.valueOf(JMX.getAttribute(of, attribute));
    }

    private static void set(ObjectName of, String attribute, Object value) throws Exception {
        JMX.setAttribute(of, new Attribute(attribute, value));
    }

    private static List<String> attributes(ObjectName of) throws Exception {
        return Arrays.stream(JMX.getMBeanInfo(of).getAttributes())
                .map(MBeanAttributeInfo::getName)
                .toList();
    }

    @Test
    void aClientHasTheKernelsAttributes() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = client(server).open()) {
            RegisteredMemory memory = session.allocate(2 * BYTES);
            assertThat(Clients.roundTrip(session, memory, 0, BYTES, 1)).isTrue();
            assertThat(attributes(session())).contains("max_reconnect_attempts", "mpath_policy", "add_path");
            assertThat(get(session(), "max_reconnect_attempts")).isEqualTo("0");
            assertThat(get(session(), "mpath_policy")).isEqualTo("round-robin (RR: 0)");
            assertThat(get(session(), "paths_connected")).isEqualTo("2");

            ObjectName path = path(second());
            assertThat(attributes(path))
                    .contains("state", "hca_name", "hca_port", "src_addr", "dst_addr", "cur_latency", "reconnect")
                    .contains("disconnect", "remove_path", "rdma", "reconnects", "reset_all");
            assertThat(get(path, "state")).isEqualTo("connected");
            assertThat(get(path, "hca_name")).isNotEmpty();
            assertThat(get(path, "hca_port")).isEqualTo("1");
            assertThat(get(path, "src_addr")).isEqualTo("ip:127.0.0.2");
            assertThat(get(path, "dst_addr")).isEqualTo(server());
            assertThat(get(path, "cur_latency")).matches("\\d+ ns");
            assertThat(get(path, "rdma")).matches("\\d+ \\d+ \\d+ \\d+ 0 0");
            assertThat(get(path, "reconnects")).isEqualTo("0 0");
            assertThat(get(path, "path_state")).isEqualTo("CONNECTED");
            assertThat(get(path, "last_error")).isEmpty();
        }
        assertThat(beans()).isEmpty();
    }

    /** They are under way on no path. */
    @Test
    void whatWaitsForAPathIsSeen() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session =
                        client(server).pathWait(Duration.ofDays(1)).open()) {
            RegisteredMemory memory = session.allocate(2 * BYTES);
            assertThat(get(session(), "waiting")).isEqualTo("0");
            set(path(second()), "disconnect", "1");
            session.disconnectPath(session.paths().getFirst());
            CompletableFuture<Void> write =
                    session.submit(Direction.WRITE, ConnectionType.IO, Clients.header(0, 0), memory, 0, BYTES);
            assertThat(get(session(), "waiting")).isEqualTo("1");
            assertThat(get(session(), "in_flight")).isEqualTo("0");
            set(path(second()), "reconnect", "1");
            assertThat(write).succeedsWithin(PATIENCE);
            assertThat(get(session(), "waiting")).isEqualTo("0");
        }
    }

    @Test
    void aServerHasTheKernelsAttributes() throws Exception {
        try (MemoryServer server = new MemoryServer(true)) {
            try (ClientSession session = client(server).open()) {
                RegisteredMemory memory = session.allocate(2 * BYTES);
                session.write(Clients.header(0, 0), memory, 0, BYTES);
                ObjectName path = serverPath(second());
                assertThat(attributes(path))
                        .contains("hca_name", "hca_port", "src_addr", "dst_addr", "disconnect", "rdma");
                assertThat(get(path, "src_addr")).isEqualTo("ip:127.0.0.2");
                assertThat(get(path, "dst_addr")).isEqualTo(server());
                assertThat(get(path, "hca_port")).isEqualTo("1");
                assertThat(get(path, "hca_name")).isNotEmpty();
                session.write(Clients.header(0, 0), memory, 0, BYTES); // one of the two by each path
                assertThat(get(path, "rdma")).isEqualTo("0 0 1 " + (BYTES + 8));
                set(path, "rdma", "1");
                assertThat(get(path, "rdma")).isEqualTo("0 0 0 0");
                set(path, "disconnect", "1");
                await().atMost(PATIENCE).until(() -> !JMX.isRegistered(path));
                assertThat(session.paths()).anyMatch(p -> p.isConnected());
            }
            await().atMost(PATIENCE).until(() -> beans().isEmpty());
            assertThat(JMX.queryNames(new ObjectName("io.rtrs:type=Server,*"), null))
                    .isNotEmpty();
        }
    }

    @Test
    void anOperationThatItsHandlerNeverAnswersIsAbandoned() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = client(server).open()) {
            RegisteredMemory memory = session.allocate(2 * BYTES);
            List<ServerOperation> forgotten = new CopyOnWriteArrayList<>();
            server.before = (operation, handle) -> forgotten.add(operation);
            CompletableFuture<Void> write =
                    session.submit(Direction.WRITE, ConnectionType.IO, Clients.header(0, 0), memory, 0, BYTES);
            await().atMost(PATIENCE).until(() -> forgotten.size() == 1);
            server.before = null;
            ObjectName path = busyServerPath();
            String open = get(path, "open_operations");
            assertThat(open)
                    .matches(forgotten.getFirst().bufferId() + "#[0-9a-f]+ WRITE " + BYTES)
                    .as("two looks that find the same show that it is old")
                    .isEqualTo(get(path, "open_operations"));
            String which = open.substring(0, open.indexOf(' '));
            for (String value : List.of("", "1", which + "x", open)) {
                refused(path, "abandon", value);
            }
            assertThat(write).isNotDone();
            set(path, "abandon", which);
            assertThat(write).failsWithin(PATIENCE).withThrowableThat().withMessageContaining(Status.IO_ERROR.symbol());
            assertThat(get(path, "in_flight")).isEqualTo("0");
            assertThat(get(path, "open_operations")).isEmpty();
            assertThatThrownBy(() -> set(path, "abandon", which))
                    .isInstanceOf(MBeanException.class)
                    .hasMessageContaining("ENOENT");
            assertThat(Clients.roundTrip(session, memory, 0, BYTES, 1)).isTrue();
        }
    }

    /** The path on which something is with the handler. */
    private ObjectName busyServerPath() throws Exception {
        ObjectName all = new ObjectName("io.rtrs:type=ServerPath,session=" + ObjectName.quote(name) + ",*");
        List<ObjectName> busy = new ArrayList<>();
        for (ObjectName path : JMX.queryNames(all, null)) {
            if (get(path, "in_flight").equals("1")) {
                busy.add(path);
            }
        }
        assertThat(busy).hasSize(1);
        return busy.getFirst();
    }

    private ObjectName serverPath(String path) throws Exception {
        Set<ObjectName> found = JMX.queryNames(
                new ObjectName("io.rtrs:type=ServerPath,session=" + ObjectName.quote(name) + ",path="
                        + ObjectName.quote(path) + ",*"),
                null);
        assertThat(found).hasSize(1);
        return found.iterator().next();
    }

    @Test
    void pathsAreSteered() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = client(server).open()) {
            RegisteredMemory memory = session.allocate(2 * BYTES);
            ObjectName path = path(second());
            set(path, "disconnect", "1");
            assertThat(get(path, "state")).isEqualTo("disconnected");
            assertThat(get(path, "path_state")).isEqualTo("CLOSED");
            set(path, "reconnect", "1");
            assertThat(get(path, "state")).isEqualTo("connected");
            assertThat(get(path, "reconnects")).isEqualTo("1 0");
            set(path, "reconnects", "1");
            assertThat(get(path, "reconnects")).isEqualTo("0 0");
            for (int i = 0; i < 4; i++) {
                assertThat(Clients.roundTrip(session, memory, 0, BYTES, i)).isTrue();
            }
            assertThat(get(path, "rdma")).isNotEqualTo("0 0 0 0 0 0");
            set(path, "rdma", "1");
            assertThat(get(path, "rdma")).isEqualTo("0 0 0 0 0 0");
            set(path, "reset_all", "1");
            set(path, "remove_path", "1");
            assertThat(JMX.isRegistered(path)).isFalse();
            assertThat(session.paths()).hasSize(1);
            set(session(), "add_path", second());
            assertThat(get(path, "state")).isEqualTo("connected");
            assertThat(session.paths()).hasSize(2);
            set(session(), "max_reconnect_attempts", "-1");
            assertThat(session.reconnectAttemptsMax()).isEqualTo(-1);
        }
        assertThat(beans()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0, round-robin (RR: 0)",
        "1, min-inflight (MI: 1)",
        "2, min-latency (ML: 2)",
        "rr, round-robin (RR: 0)",
        "mi, min-inflight (MI: 1)",
        "ml, min-latency (ML: 2)",
        "Min-Latency, min-latency (ML: 2)",
        "min-inflight-or-so, min-inflight (MI: 1)"
    })
    void policiesAreWrittenAsInTheKernel(String written, String read) throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = client(server).open()) {
            set(session(), "mpath_policy", written);
            assertThat(get(session(), "mpath_policy")).isEqualTo(read).startsWith(session.policy());
        }
    }

    @Test
    void invalidValuesAreRefusedAndChangeNothing() throws Exception { // spec/rtrs.md 19.90
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = client(server).open()) {
            for (String value : List.of("3", "RR", "min", "", "-1")) {
                refused(session(), "mpath_policy", value);
            }
            for (String value : List.of("-2", "10000", "many", "")) {
                refused(session(), "max_reconnect_attempts", value);
            }
            for (String value : List.of("ip:nonsense", "ip:::1", "x@" + server())) {
                refused(session(), "add_path", value);
            }
            for (String button : List.of("reconnect", "disconnect", "remove_path", "rdma", "reconnects", "reset_all")) {
                for (String value : List.of("0", "2", "yes", "")) {
                    refused(path(second()), button, value);
                }
            }
            assertThatThrownBy(() -> set(session(), "add_path", second()))
                    .isInstanceOf(MBeanException.class)
                    .hasMessageContaining("exists already")
                    .hasMessageContaining("EEXIST");
            assertThatThrownBy(() -> set(path(second()), "state", "connected"))
                    .isInstanceOf(AttributeNotFoundException.class)
                    .hasMessageContaining("can only be read");
            assertThatThrownBy(() -> get(session(), "nothing")).isInstanceOf(AttributeNotFoundException.class);
            assertThat(session.policy()).isEqualTo("round-robin");
            assertThat(session.reconnectAttemptsMax()).isZero();
            assertThat(session.paths()).hasSize(2).allMatch(path -> path.isConnected());
        }
    }

    private static void refused(ObjectName of, String attribute, String value) {
        assertThatThrownBy(() -> set(of, attribute, value))
                .as(attribute + " = " + value)
                .isInstanceOf(InvalidAttributeValueException.class)
                .hasMessageContaining("EINVAL");
    }

    @Test
    void sessionsOfOneNameAreToldApart() throws Exception {
        try (MemoryServer server = new MemoryServer(true);
                MemoryServer other = new MemoryServer(true);
                ClientSession one = client(server).open();
                ClientSession two = client(other).open()) {
            assertThat(beans()).hasSizeGreaterThanOrEqualTo(3);
            ObjectName second = BeanSet.name("ClientSession", "session", name + "#" + two.uuid());
            assertThat(get(second, "uuid")).isEqualTo(two.uuid().toString());
            assertThat(get(session(), "uuid")).isEqualTo(one.uuid().toString());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSessionIsShownUnlessItsBuilderSaysNo(boolean shown) throws Exception {
        try (MemoryServer server = new MemoryServer(true, builder -> builder.management(false));
                ClientSession session = client(server).management(shown).open()) {
            assertThat(session.paths()).hasSize(2);
            assertThat(beans()).hasSize(shown ? 3 : 0);
        }
        assertThat(beans()).isEmpty();
    }

    @Test
    void managementThatFailsFailsNoSessionAndNoServer() throws Exception {
        FailingProvider provider = new FailingProvider(Subject.PROVIDER, 0);
        provider.countersFail = true;
        try (MemoryServer server = new MemoryServer(true, builder -> builder.provider(provider));
                ClientSession session = client(server).provider(provider).open()) {
            assertThat(Clients.roundTrip(session, session.allocate(2 * BYTES), 0, BYTES, 1))
                    .isTrue();
            assertThat(get(session(), "paths_connected")).isEqualTo("2");
        }
        assertThat(beans()).isEmpty();
    }

    @Test
    void serversOfOneAddressAreToldApart() throws Exception {
        VerbsProvider another =
                VerbsProviders.named(Subject.PROVIDER.name().equals("inprocess") ? "softroce" : "inprocess");
        ObjectName servers = new ObjectName("io.rtrs:type=Server,*");
        Set<ObjectName> before = JMX.queryNames(servers, null);
        try (MemoryServer one =
                        new MemoryServer(true, builder -> builder.listen(new InetSocketAddress(Subject.ADDRESS, 0)));
                MemoryServer two = new MemoryServer(
                        true, builder -> builder.provider(another).listen(one.address()))) {
            assertThat(two.address()).isEqualTo(one.address());
            assertThat(JMX.queryNames(servers, null)).hasSize(before.size() + 2);
        }
        assertThat(JMX.queryNames(servers, null)).isEqualTo(before);
    }

    @Test
    void whatTheProviderCountsIsShownWhileItIsUsed() throws Exception {
        try (MemoryServer server = new MemoryServer(true)) {
            assertThat(server.address()).isNotNull();
            ObjectName provider = BeanSet.name("Provider", "provider", Subject.PROVIDER.name());
            assertThat(get(provider, "name")).isEqualTo(Subject.PROVIDER.name());
            Subject.PROVIDER
                    .counters()
                    .values()
                    .keySet()
                    .forEach(counter -> assertThat(attributesOf(provider)).contains(counter.name()));
        }
    }

    private static List<String> attributesOf(ObjectName bean) {
        try {
            return attributes(bean);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
