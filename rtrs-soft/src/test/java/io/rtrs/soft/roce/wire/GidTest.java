package io.rtrs.soft.roce.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetAddress;

/** Addresses as GIDs; spec/rocev2.md 14.1. */
class GidTest {
    @ParameterizedTest
    @CsvSource({
        "192.168.77.1, 0, ffffc0a84d01, true",
        "0.0.0.0, 0, ffff00000000, true",
        "255.255.255.255, 0, ffffffffffff, true",
        "fd77::2, fd77000000000000, 2, false",
        "::1, 0, 1, false",
        "1:2:3:4:5:6:7:8, 1000200030004, 5000600070008, false"
    })
    void addresses_become_gids_and_come_back(String text, String hi, String lo, boolean ipv4) throws Exception {
        InetAddress address = InetAddress.getByName(text);
        Gid gid = Gid.of(address);
        assertThat(gid).isEqualTo(new Gid(Long.parseUnsignedLong(hi, 16), Long.parseUnsignedLong(lo, 16)));
        assertThat(gid.isIpv4()).isEqualTo(ipv4);
        assertThat(gid.toAddress()).isEqualTo(address);
        assertThat(gid).hasToString(address.getHostAddress());
        assertThat(gid.is(gid.hi(), gid.lo())).isTrue();
        assertThat(gid.is(gid.hi(), gid.lo() ^ 1)).isFalse();
        if (ipv4) {
            assertThat(Gid.ofIpv4(gid.ipv4())).isEqualTo(gid);
        }
    }
}
