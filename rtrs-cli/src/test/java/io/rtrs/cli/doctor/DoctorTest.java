package io.rtrs.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.driver.udp.LocalAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The doctor on machines that are folders. */
class DoctorTest {
    private static final String PORT = "sys/class/infiniband/rxe0/ports/1/";

    @TempDir
    private Path root = Path.of("");

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
    }

    private Finding finding(String subject) {
        List<Finding> findings = RdmaChecks.run(new Machine(root));
        return findings.stream()
                .filter(finding -> finding.subject().equals(subject))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + subject + " in " + findings));
    }

    @Test
    void aMachineWithoutADeviceIsToldThatNoneIsNeeded() {
        assertThat(finding("RDMA devices").level()).isEqualTo(Finding.Level.NOTE);
        assertThat(finding("RDMA devices").remedy()).contains("softroce").contains("rdma link add");
    }

    @Test
    void aPortThatIsDownIsNamedWithItsInterface() throws IOException {
        file(PORT + "state", "1: DOWN");
        file(PORT + "link_layer", "Ethernet");
        file(PORT + "gid_attrs/ndevs/0", "veth0");
        Finding port = finding("rxe0 port 1");
        assertThat(port.level()).isEqualTo(Finding.Level.LACK);
        assertThat(port.remedy()).isEqualTo("ip link set dev veth0 up");
    }

    @Test
    void aPortThatIsUpShowsItsGids() throws IOException {
        file(PORT + "state", "4: ACTIVE");
        file(PORT + "link_layer", "Ethernet");
        file(PORT + "gids/0", "0000:0000:0000:0000:0000:ffff:0a09:0001");
        file(PORT + "gid_attrs/types/0", "RoCE v2");
        file(PORT + "gids/1", "0000:0000:0000:0000:0000:0000:0000:0000");
        assertThat(finding("rxe0 port 1").level()).isEqualTo(Finding.Level.OK);
        assertThat(finding("rxe0 port 1 GIDs"))
                .isEqualTo(Finding.ok("rxe0 port 1 GIDs", "0000:0000:0000:0000:0000:ffff:0a09:0001 (RoCE v2)"));
    }

    @Test
    void aPortWithoutAnAddressLacksAGid() throws IOException {
        file(PORT + "state", "4: ACTIVE");
        file(PORT + "gids/0", "0000:0000:0000:0000:0000:0000:0000:0000");
        assertThat(finding("rxe0 port 1 GIDs").level()).isEqualTo(Finding.Level.LACK);
        assertThat(finding("rxe0 port 1 GIDs").remedy()).contains("ip address add");
    }

    @Test
    void aDeviceWithoutItsFileInDevLacksIt() throws IOException {
        file(PORT + "state", "4: ACTIVE");
        assertThat(finding("/dev/infiniband/rdma_cm").remedy()).contains("modprobe rdma_ucm");
    }

    @Test
    void aSmallLockedMemoryLimitIsNoted() {
        String head = "Limit                     Soft Limit           Hard Limit           Units     \n";
        Finding small = RdmaChecks.lockedMemory(
                head + "Max locked memory         8388608              8388608              bytes     \n", false);
        assertThat(small.level()).isEqualTo(Finding.Level.NOTE);
        assertThat(small.text()).contains("8388608");
        assertThat(small.remedy()).contains("ulimit -l unlimited").contains("LimitMEMLOCK");
        Finding none = RdmaChecks.lockedMemory(
                head + "Max locked memory         unlimited            unlimited            bytes     \n", false);
        assertThat(none).isEqualTo(Finding.ok("locked memory", "unlimited"));
    }

    @Test
    void aPathMtuBelowTheLargestOfANetworkIsNotedAndLoopbackIsFine() {
        Finding small = NetworkChecks.pathMtu(address(1500, 1024));
        assertThat(small.level()).isEqualTo(Finding.Level.NOTE);
        assertThat(small.remedy()).contains("dev eth7 mtu");
        assertThat(NetworkChecks.pathMtu(address(200, 0)).level()).isEqualTo(Finding.Level.LACK);
        assertThat(NetworkChecks.pathMtu(address(9000, 4096)).level()).isEqualTo(Finding.Level.OK);
        assertThat(NetworkChecks.pathMtu(address(65536, 8192)).level()).isEqualTo(Finding.Level.OK);
    }

    private static LocalAddress address(int netdevMtu, int pathMtu) {
        return new LocalAddress(InetAddress.ofLiteral("10.9.0.1"), "eth7", netdevMtu, pathMtu, true);
    }

    @Test
    void missingLibrariesAndNativeAccessHaveTheirRemedies() {
        assertThat(RdmaChecks.libraries(Optional.of("libibverbs.so.1 is not installed"))
                        .text())
                .contains("libibverbs.so.1");
        assertThat(JavaChecks.nativeAccess(false).remedy()).contains("--enable-native-access=ALL-UNNAMED");
    }

    @Test
    void aFindingHasItsRemedyOnALineOfItsOwn() {
        assertThat(Finding.note("a", "b", "c").text(3).lines()).containsExactly("note  a    b", "           -> c");
        assertThat(Finding.ok("a", "b").text(3)).isEqualTo("ok    a    b");
        assertThat(Finding.ok("a", "b").json())
                .hasToString("{\"level\":\"ok\",\"subject\":\"a\",\"text\":\"b\",\"remedy\":null}");
    }

    @Test
    void thisMachineIsLookedAtInEveryRespect() {
        Doctor.Diagnosis diagnosis = Doctor.examine(Machine.here());
        List<String> subjects =
                diagnosis.findings().stream().map(Finding::subject).toList();
        assertThat(subjects).contains("JDK", "native access", "rdma-core", "RDMA devices", "GSO and GRO");
        assertThat(subjects).anyMatch(s -> s.startsWith("path MTU")).anyMatch(s -> s.startsWith("UDP 4791"));
        assertThat(diagnosis.findings())
                .allSatisfy(
                        finding -> assertThat(finding.remedy() == null).isEqualTo(finding.level() == Finding.Level.OK));
        assertThat(diagnosis.usable()).isNotEmpty();
    }

    @Test
    void saysHowManySocketsAnAddressWouldHave() {
        assertThat(NetworkChecks.sockets(true, 2).text()).startsWith("3 ");
        assertThat(NetworkChecks.sockets(true, 64).text()).startsWith("16 ");
        assertThat(NetworkChecks.sockets(false, 2).level()).isEqualTo(Finding.Level.NOTE);
    }
}
