package io.rtrs.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.cli.block.MemoryBlocks;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.path.RdmaAddress;
import io.rtrs.server.RtrsServer;
import io.rtrs.verbs.Counter;
import io.rtrs.verbs.CounterSnapshot;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** The way to a server, and where it ends. */
@EnabledOnOs(OS.LINUX) // where all of 127.0.0.0/8 is loopback
class WayTest {
    private static final int PORT = 1234;

    /** An address of our own, so that others on this machine do not matter. */
    private final String address =
            new Random().ints(3, 1, 255).mapToObj(Integer::toString).collect(Collectors.joining(".", "127.", ""));

    private static VerbsProvider softroce() throws IOException {
        return VerbsProviders.named("softroce");
    }

    private static List<Finding> way(String path, int port) throws Exception {
        return Way.of(PathAddress.parse(path), port, any -> softroce());
    }

    private RtrsServer server(MemoryBlocks blocks) throws Exception {
        return RtrsServer.builder()
                .provider(softroce())
                .listen(new InetSocketAddress(InetAddress.ofLiteral(address), PORT))
                .queueDepth(16)
                .handler(blocks)
                .start();
    }

    @Test
    void a_way_that_works_is_told_step_by_step_up_to_the_round_trip() throws Exception {
        try (MemoryBlocks blocks = new MemoryBlocks(1 << 20);
                RtrsServer server = server(blocks)) {
            assertThat(server.localAddresses()).isNotEmpty();
            List<Finding> findings = way("ip:" + address, PORT);
            assertThat(findings)
                    .extracting(Finding::subject)
                    .containsExactly(
                            "address",
                            "route",
                            "MTU",
                            "UDP 4791",
                            "provider",
                            "connect",
                            "handshake",
                            "blocks",
                            "round trip",
                            "counted");
            assertThat(findings.get(6).text()).contains("queue depth 16");
            assertThat(findings.get(8).text()).contains("reads of 512 bytes", "median");
            assertThat(Way.verdict(PathAddress.parse("ip:" + address), PORT, findings))
                    .endsWith("port 1234 works");
        }
    }

    @Test
    void a_port_where_nobody_listens_ends_the_way_with_the_reject_reason() throws Exception {
        try (MemoryBlocks blocks = new MemoryBlocks(1 << 20);
                RtrsServer server = server(blocks)) {
            assertThat(server.localAddresses()).isNotEmpty();
            List<Finding> findings = way("ip:" + address, PORT + 1);
            Finding last = findings.getLast();
            assertThat(last.level()).isEqualTo(Finding.Level.LACK);
            assertThat(last.subject()).isEqualTo("connect");
            assertThat(last.text()).contains("nobody listens on port 1235", "reject reason 8", "ECONNREFUSED");
            assertThat(last.remedy()).contains("--port");
            assertThat(Way.verdict(PathAddress.parse("ip:" + address), PORT + 1, findings))
                    .endsWith("ends at: connect");
        }
    }

    @Test
    void a_host_where_no_program_has_the_udp_port_is_told_before_the_connect() throws Exception {
        List<Finding> findings = way("ip:" + address, PORT);
        assertThat(findings)
                .filteredOn(finding -> finding.subject().equals("UDP 4791"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.text()).contains("no program has the port"));
        assertThat(findings.getLast().level()).isEqualTo(Finding.Level.LACK);
        assertThat(findings.getLast().subject()).isEqualTo("connect");
        assertThat(findings.getLast().remedy())
                .contains("rtrs serve", "firewall")
                .doesNotContain("--port;");
    }

    @Test
    void a_source_that_is_not_ours_ends_the_way_at_the_route() throws Exception {
        Finding last = way("ip:203.0.113.9@ip:" + address, PORT).getLast();
        assertThat(last.level()).isEqualTo(Finding.Level.LACK);
        assertThat(last.subject()).isEqualTo("route");
        assertThat(last.text()).contains("203.0.113.9", "no address of this machine");
    }

    @Test
    void a_link_local_address_needs_an_interface_that_exists() throws Exception {
        Finding without = way("ip:fe80::1", PORT).getLast();
        assertThat(without.subject()).isEqualTo("address");
        assertThat(without.text()).contains("is a link-local address").doesNotContain("%eth0 ");
        assertThat(without.remedy()).contains("add the interface");
        RdmaAddress elsewhere = PathAddress.parse("ip:fe80::1%nothere0").destination();
        WayChecks.Step<InetSocketAddress> step = WayChecks.address((RdmaAddress.Ip) elsewhere, PORT);
        assertThat(step.result()).isNull();
        assertThat(step.finding().text()).contains("nothere0");
    }

    @Test
    void every_errno_of_a_failed_connect_has_a_remedy() {
        for (int errno : new int[] {1, 5, 11, 13, 16, 90, 98, 101, 104, 110, 111, 113}) {
            assertThat(WayChecks.remedy(errno, PORT)).as("errno %d", errno).isNotBlank();
        }
    }

    @Test
    void whatSlowsARoundTripIsCounted() {
        Counter again = new Counter(Counter.RETRANSMISSIONS, "times", Counter.Kind.TOTAL, "Sent again.");
        Finding slow = Way.counted(new CounterSnapshot(Map.of(again, 3L)));
        assertThat(slow.level()).isEqualTo(Finding.Level.NOTE);
        assertThat(slow.text()).isEqualTo("3 retransmissions");
        assertThat(Way.counted(CounterSnapshot.EMPTY).level()).isEqualTo(Finding.Level.OK);
    }
}
