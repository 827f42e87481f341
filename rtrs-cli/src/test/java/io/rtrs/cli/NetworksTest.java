package io.rtrs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/** A server at all addresses of a machine, and clients of that machine and of another, whose network has another MTU. */
@EnabledOnOs(OS.LINUX)
class NetworksTest {
    @TempDir
    private static Path folder = Path.of("");

    private static @Nullable NetworkNamespaces networks;
    private static @Nullable Program server;

    @BeforeAll
    static void startServer() throws IOException {
        NetworkNamespaces made;
        try {
            made = new NetworkNamespaces(9000, 1500);
        } catch (IOException e) {
            abort("no network namespaces here: " + e.getMessage());
            return;
        }
        networks = made;
        Program started = Program.startBehind(
                NetworkNamespaces.in(made.b), folder, "serve", "--listen=::", "--memory=2M", "--provider=softroce");
        server = started;
        started.awaitLine("listening on");
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
        if (networks != null) {
            networks.close();
        }
    }

    private static String a() {
        return Objects.requireNonNull(networks).a;
    }

    private static String b() {
        return Objects.requireNonNull(networks).b;
    }

    private static Program io(String namespace, String destination, String... more) throws IOException {
        String[] all = new String[more.length + 4];
        all[0] = "io";
        all[1] = "--provider=softroce";
        all[2] = "--connect=ip:" + destination;
        all[3] = "--bs=64K";
        System.arraycopy(more, 0, all, 4, more.length);
        return Program.startBehind(NetworkNamespaces.in(namespace), folder, all);
    }

    private static void succeeds(String namespace, String destination) throws Exception {
        try (Program io = io(namespace, destination, "--rw=write", "--size=1M")) {
            assertThat(io.exit()).as(io::errors).isZero();
        }
    }

    @Test
    void aClientWhoseNetworkCarriesMoreGetsWhatTheServersCarries() throws Exception {
        succeeds(a(), "10.9.0.2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.9.0.2", "127.0.0.1", "::1"})
    void twoClientsOfTheServersMachineReachItAtOnceAtAnyOfItsAddresses(String address) throws Exception {
        try (Program first = io(b(), address, "--rw=write", "--runtime=10m")) {
            first.awaitLine("write: bs=64K");
            succeeds(b(), address);
        }
    }

    @Test
    void twoClientsOfOneAddressReachAServerOnAnotherMachine() throws Exception {
        try (Program first = io(a(), "10.9.0.2", "--rw=write", "--runtime=10m")) {
            first.awaitLine("write: bs=64K");
            succeeds(a(), "10.9.0.2");
        }
    }

    /** As an ICMP message that somebody forged makes the kernel believe for ten minutes. */
    @Test
    void whatIsSaidOfTheWaysMtuKeepsNoPacketFromLeaving() throws Exception {
        String narrow = "10.9.0.1/32 dev veth0 mtu 576";
        NetworkNamespaces.ip("-n " + b() + " route add " + narrow);
        try (Program io = io(a(), "10.9.0.2", "--rw=read", "--size=1M")) {
            assertThat(io.exit()).as(io::errors).isZero();
        } finally {
            NetworkNamespaces.ip("-n " + b() + " route del " + narrow);
        }
    }

    @Test
    void aLinkLocalAddressIsReachedThroughItsInterface() throws Exception {
        succeeds(a(), NetworkNamespaces.linkLocal(b()) + "%veth0");
    }

    @Test
    void aServerSaysTheInterfaceOfALinkLocalAddressWithItAndSoDoTheLinesOfItsSessions() throws Exception {
        String address = NetworkNamespaces.linkLocal(a()) + "%veth0";
        try (Program other = Program.startBehind(
                NetworkNamespaces.in(a()),
                folder,
                "serve",
                "--listen=" + address,
                "--memory=2M",
                "--provider=softroce")) {
            assertThat(other.awaitLine("listening on")).contains("listening on " + address + " port 1234");
            succeeds(b(), address);
            assertThat(other.awaitLine("session \"")).endsWith(" from " + NetworkNamespaces.linkLocal(b()) + "%veth0");
        }
    }

    @Test
    void aLinkLocalAddressWithoutItsInterfaceIsRefusedWithTheInterfacesThatThereAre() throws Exception {
        try (Program io = io(a(), "fe80::77", "--rw=write", "--size=1M")) {
            assertThat(io.exit()).isNotZero();
            assertThat(io.errors()).contains("%veth0");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    10.9.0.255               | 10.9.0.255 is the broadcast address of the network of 10.9.0.1/24 (veth0)
                    127.0.0.1@ip:10.9.0.2    | the path's source 127.0.0.1 is a loopback address
                    """)
    void whereNoPacketGetsToIsNamedWithItsCauseByBothCommands(String destination, String cause) throws Exception {
        try (Program io = io(a(), destination, "--rw=write", "--size=1M");
                Program doctor = Program.startBehind(
                        NetworkNamespaces.in(a()), folder, "doctor", "--connect=ip:" + destination)) {
            assertThat(io.exit()).isEqualTo(1);
            assertThat(io.errors()).contains(cause).doesNotContain("blackhole", "firewall");
            assertThat(doctor.exit()).isEqualTo(1);
            assertThat(String.join("\n", doctor.lines())).contains(cause, "ends at: route");
        }
    }

    @Test
    void anAddressThatTheServersMachineGetsLaterIsHeard() throws Exception {
        NetworkNamespaces.ip("-n " + b() + " addr add 10.9.0.77/24 dev veth0");
        await().atMost(Duration.ofMinutes(2)).until(() -> {
            try (Program io = io(a(), "10.9.0.77", "--rw=write", "--size=1M")) {
                return io.exit() == 0;
            }
        });
    }

    @Test
    void anInterfaceThatGetsASmallerMtuUnderARunningServerCarriesTheClientsThatComeThen() throws Exception {
        try (Program other = Program.startBehind(
                NetworkNamespaces.in(a()),
                folder,
                "serve",
                "--listen=10.9.0.1",
                "--memory=2M",
                "--provider=softroce")) {
            other.awaitLine("listening on");
            succeeds(a(), "10.9.0.1");
            NetworkNamespaces.ip("-n " + b() + " link set veth0 mtu 9000");
            NetworkNamespaces.ip("-n " + a() + " link set veth0 mtu 1500");
            succeeds(b(), "10.9.0.1");
        } finally {
            NetworkNamespaces.ip("-n " + a() + " link set veth0 mtu 9000");
            NetworkNamespaces.ip("-n " + b() + " link set veth0 mtu 1500");
        }
    }

    @Test
    void aSecondServerAtAnAddressIsToldWhoHasItAndWhatHelps() throws Exception {
        try (Program second = Program.startBehind(
                NetworkNamespaces.in(b()),
                folder,
                "serve",
                "--listen=10.9.0.2",
                "--port=1235",
                "--memory=2M",
                "--provider=softroce")) {
            assertThat(second.exit()).isNotZero();
            assertThat(second.errors()).contains("10.9.0.2 port 4791", "by process ", "ip address add");
        }
    }
}
