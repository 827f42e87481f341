package io.rtrs.soft.roce.driver.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.verbs.VerbsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.InetAddress;

class LocalAddressTest {
    @ParameterizedTest // spec/rocev2.md 14.3
    @CsvSource({
        "351,0",
        "352,256",
        "607,256",
        "608,512",
        "1119,512",
        "1120,1024",
        "1500,1024",
        "2143,1024",
        "2144,2048",
        "4191,2048",
        "4192,4096",
        "9000,4096",
        "65536,4096",
        "0,0"
    })
    void thePathMtuIsTheLargestThatTheNetdevCarries(int netdevMtu, int pathMtu) {
        assertThat(LocalAddress.pathMtu(netdevMtu)).isEqualTo(pathMtu);
    }

    @Test
    void everyLoopbackAddressIsLocal() throws Exception {
        LocalAddress found =
                LocalAddress.find(InetAddress.getByName("127.3.4.5")).orElseThrow();

        // More than a network carries, if its device does.
        assertThat(found.pathMtu())
                .isEqualTo(found.netdevMtu() >= 8192 + 96 ? 8192 : LocalAddress.pathMtu(found.netdevMtu()))
                .isPositive();
        assertThat(found.gid()).isEqualTo(Gid.ofIpv4(0x7f030405));
        assertThat(found.up()).isTrue();
    }

    @Test
    void whatIsNotOfThisMachineIsNotLocal() throws Exception {
        assertThat(LocalAddress.find(InetAddress.getByName("203.0.113.1"))).isEmpty();
        assertThat(LocalAddress.find(InetAddress.getByName("0.0.0.0"))).isEmpty();
        assertThat(LocalAddress.find(InetAddress.getByName("224.0.0.1"))).isEmpty();
    }

    @Test
    void theListHasTheLoopbackAddress() throws Exception {
        assertThat(LocalAddress.all()).extracting(LocalAddress::address).contains(InetAddress.getByName("127.0.0.1"));
    }

    @ParameterizedTest
    @EnumSource(UdpDriver.class)
    void anAddressOfAnotherMachineCannotBeOpened(UdpDriver driver) {
        assertThatThrownBy(() -> driver.open(InetAddress.getByName("203.0.113.1"), LinkOptions.DEFAULT))
                .isInstanceOfSatisfying(
                        VerbsException.class, e -> assertThat(e.errno()).isEqualTo(Sockets.EADDRNOTAVAIL))
                .hasMessageContaining("203.0.113.1");
    }

    @ParameterizedTest
    @EnumSource(UdpDriver.class)
    void aTakenPortNamesAddressPortAndHolder(UdpDriver driver) throws Exception {
        try (UdpLink link = Loopback.open(driver)) {
            InetAddress address = link.facts().address().address();
            String holder = "process " + ProcessHandle.current().pid() + " ";

            assertThatThrownBy(() -> driver.open(address, LinkOptions.DEFAULT))
                    .isInstanceOfSatisfying(
                            VerbsException.class, e -> assertThat(e.errno()).isEqualTo(Sockets.EADDRINUSE))
                    .hasMessageContainingAll(address.getHostAddress(), "4791", holder);
            assertThat(LocalAddress.find(address).orElseThrow().obstacle().orElseThrow())
                    .contains(address.getHostAddress(), "4791", holder);
        }
    }

    @ParameterizedTest
    @EnumSource(UdpDriver.class)
    void aClosedLinkLeavesItsPortFreeAtOnce(UdpDriver driver) throws Exception {
        try (Poller poller = driver.poller()) {
            UdpLink link = Loopback.open(driver);
            poller.add(link);
            LocalAddress address = link.facts().address();
            assertThat(address.obstacle()).isPresent();

            link.close();

            assertThat(address.obstacle()).isEmpty();
        }
    }

    @Test
    void theLinksOfTwoProgramsFindFreeLoopbackAddresses() throws Exception {
        UdpDriver driver = UdpDriver.choose();
        try (UdpLink one = driver.openFreeLoopback(LinkOptions.DEFAULT);
                UdpLink two = driver.openFreeLoopback(LinkOptions.DEFAULT)) {
            assertThat(one.local()).isNotEqualTo(two.local());
        }
    }

    @Test
    void aSmallReceiveBufferIsReportedWithItsRemedy() throws Exception { // spec/rocev2.md 18.88
        LocalAddress local =
                LocalAddress.find(InetAddress.getByName("127.0.0.1")).orElseThrow();
        LinkFacts asked = new LinkFacts(UdpDriver.NIO, local, 4791, false, false, true, 4 << 20, 4 << 20, 1 << 20);
        LinkFacts given = new LinkFacts(UdpDriver.NIO, local, 4791, false, false, true, 4 << 20, 106496, 1 << 20);

        // Measured: spec/rocev2.md 16.4.
        assertThat(asked.datagramsHeld(1040)).isEqualTo(3640);
        assertThat(asked.datagramsHeld(4112)).isEqualTo(992);
        assertThat(given.datagramsHeld(1040)).isEqualTo(92);
        assertThat(given.datagramsHeld(4112)).isEqualTo(25);
        assertThat(asked.receiveShortfall()).isEmpty();
        assertThat(given.receiveShortfall().orElseThrow()).contains("106496", "net.core.rmem_max=4194304");
    }
}
