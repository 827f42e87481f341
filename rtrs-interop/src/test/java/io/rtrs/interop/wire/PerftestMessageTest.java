package io.rtrs.interop.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;

/** Our messages are those that perftest 6.06 was seen to send. */
class PerftestMessageTest {
    @Test
    void aClientOpensWithVersionPageCacheLineAndPathMtu() {
        assertThat(PerftestPeer.opening().stream().map(HexFormat.of()::formatHex))
                .containsExactly("362e3036000000000000000000000000", "00001000", "00000040", "3500");
    }

    @Test
    void keysHaveTheirPlacesInTheStructure() {
        PerftestKeys keys = new PerftestKeys(
                1, 0x12, 0x1763, 0x55fc3fd70c000L, PerftestKeys.gid(InetAddress.ofLiteral("10.9.0.1")));
        assertThat(HexFormat.of().formatHex(keys.encode()))
                .isEqualTo("00000000" + "00000001" + "00000012" + "00000000" + "00001763" + "00000000"
                        + "00055fc3fd70c000" + "00000000000000000000ffff0a090001" + "00000000" + "00000000");
        PerftestKeys decoded = PerftestKeys.decode(keys.encode());
        assertThat(List.of(decoded.reads(), decoded.queuePair(), decoded.rkey(), decoded.address()))
                .isEqualTo(List.of(keys.reads(), keys.queuePair(), keys.rkey(), keys.address()));
        assertThat(decoded.gid().mismatch(keys.gid())).isEqualTo(-1);
    }

    @Test
    void aReportIsFiveNumbersOfEightBytes() {
        assertThat(new PerftestReport(65536, 200, 1_000_000_000).encode().stream().map(HexFormat.of()::formatHex))
                .containsExactly(
                        "0000000000010000",
                        "00000000000000c8",
                        "4029000000000000", // 12.5 MiB/s
                        "4029000000000000",
                        HexFormat.of().toHexDigits(Double.doubleToLongBits(0.0002)));
    }
}
