package io.rtrs.soft.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.Inet4Address;
import java.net.InetAddress;

class DestinationsTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("203.0.113.9"); // of no machine (RFC 5737)

    @ParameterizedTest
    @CsvSource({
        "192.0.2.255, 192.0.2.1, 24, true",
        "192.0.2.3, 192.0.2.1, 30, true",
        "192.0.2.3, 192.0.2.1, 24, false",
        "192.0.2.1, 192.0.2.0, 31, false",
        "192.0.2.3, 192.0.2.3, 32, false",
        "10.255.255.255, 10.1.2.3, 8, true",
        "192.0.3.255, 192.0.2.1, 24, false",
        "127.255.255.255, 127.0.0.1, 8, false"
    })
    void aNetworkHasOneBroadcastAddressIfItIsLargeEnough(String to, String own, int bits, boolean expected) {
        assertThat(Destinations.isBroadcast(Inet4Address.ofLiteral(to), Inet4Address.ofLiteral(own), bits))
                .isEqualTo(expected);
    }

    @Test
    void aLoopbackSourceLeadsToThisMachineOnly() {
        assertThat(Destinations.obstacle(LOOPBACK, ELSEWHERE))
                .hasValueSatisfying(said -> assertThat(said)
                        .contains("127.0.0.1 is a loopback address", "leave the source out", "leads to 203.0.113.9"));
        assertThat(Destinations.obstacle(LOOPBACK, InetAddress.ofLiteral("127.0.0.2")))
                .isEmpty();
        assertThat(Destinations.obstacle(null, ELSEWHERE)).isEmpty();
        assertThat(Destinations.obstacle(null, InetAddress.ofLiteral("2001:db8::9")))
                .isEmpty();
    }
}
