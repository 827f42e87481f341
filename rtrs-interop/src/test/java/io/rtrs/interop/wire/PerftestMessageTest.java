package io.rtrs.interop.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Our messages against those that perftest 6.06 sent over rxe. */
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
    void keysOfPerftestsReadServerAreUnderstood() {
        PerftestKeys keys = PerftestKeys.decode(HexFormat.of()
                .parseHex("00000000" + "00000080" + "00000016" + "000deb0a" + "000007d0" + "00000000"
                        + "0000556db9c60000" + "00000000000000000000ffff0a090001" + "00000000" + "00000001"));
        assertThat(List.of(keys.reads(), keys.queuePair(), keys.rkey(), keys.address()))
                .isEqualTo(List.of(128, 0x16, 0x7d0, 0x556db9c60000L));
        assertThat(keys.gid().mismatch(PerftestKeys.gid(InetAddress.ofLiteral("10.9.0.1"))))
                .isEqualTo(-1);
    }

    @Test
    void theReportOfPerftestsWriteClientIsUnderstood() {
        List<byte[]> report = Stream.of(
                        "0000000000010000",
                        "00000000000000c8",
                        "401353e7e904fd32", // 4.83 MiB/s at its best
                        "4012fddfbc136f29", // 4.75 MiB/s
                        "3f13ea0b5abb7659") // 76 a second
                .map(HexFormat.of()::parseHex)
                .toList();
        PerftestReport.check(report, 65536, 200);
        assertThatThrownBy(() -> PerftestReport.check(report, 65536, 199)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> PerftestReport.check(report, 4096, 200)).isInstanceOf(AssertionError.class);
    }

    @Test
    void aReportIsFiveNumbersOfEightBytes() {
        assertThat(new PerftestReport(65536, 200, 1_000_000_000)
                        .encode().stream().map(HexFormat.of()::formatHex))
                .containsExactly(
                        "0000000000010000",
                        "00000000000000c8",
                        "4029000000000000", // 12.5 MiB/s
                        "4029000000000000",
                        HexFormat.of().toHexDigits(Double.doubleToLongBits(0.0002)));
    }
}
