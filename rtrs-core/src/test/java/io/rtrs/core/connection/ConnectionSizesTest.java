package io.rtrs.core.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.verbs.DeviceAttr;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import java.util.List;

/** lessons Q3, Q6: every work request that may be outstanding has a place, and device limits are respected. */
class ConnectionSizesTest {

    private static DeviceAttr device(int maxQpWr) {
        return device(maxQpWr, 1 << 20);
    }

    private static DeviceAttr device(int maxQpWr, int maxCqe) {
        return new DeviceAttr("test0", 1, 64, maxQpWr, 32, maxCqe, 64, 1L << 40, 64, true, true, true, false, false);
    }

    @Property
    void aWholeQueueDepthAndAnIntervalOfUnreportedChainsFit(@ForAll @IntRange(min = 1, max = 65535) int queueDepth) {
        DeviceAttr roomy = device(1 << 20);
        for (ConnectionSizes sizes : List.of(
                ConnectionSizes.clientIo(queueDepth, roomy),
                ConnectionSizes.serverIo(queueDepth, true, roomy),
                ConnectionSizes.serverIo(queueDepth, false, roomy))) {
            assertThat(sizes.interval()).isEqualTo(Math.min(queueDepth, 512));
            // Of a chain whose answer is here the acknowledgement may be one of the next 16 packets'.
            assertThat(sizes.chains()).isGreaterThanOrEqualTo(queueDepth + sizes.interval() + 16);
            assertThat(sizes.sendWr())
                    .isGreaterThanOrEqualTo(sizes.chains() * sizes.chainWr() + ConnectionSizes.SLACK_WR);
            assertThat(sizes.recvWr()).isGreaterThanOrEqualTo(queueDepth + ConnectionSizes.BATCH);
            assertThat(sizes.cqe()).isEqualTo(sizes.sendWr() + sizes.recvWr());
        }
        // One answer may take two of the client's receives: spec/rtrs.md 7.8.
        assertThat(ConnectionSizes.clientIo(queueDepth, roomy).recvWr()).isGreaterThanOrEqualTo(2 * queueDepth);
    }

    @Property
    void aSmallDeviceLimitsTheQueuesAndCreditsStillComeBack(@ForAll @IntRange(min = 80, max = 4000) int maxQpWr) {
        ConnectionSizes sizes = ConnectionSizes.serverIo(512, true, device(maxQpWr));
        assertThat(sizes.sendWr()).isLessThanOrEqualTo(maxQpWr);
        assertThat(sizes.recvWr()).isLessThanOrEqualTo(maxQpWr);
        assertThat(new SendCredits(sizes.chains(), sizes.interval()).available())
                .isEqualTo(sizes.chains());
    }

    @Property
    void smallCompletionQueuesLimitTheQueuesTheyReportFor(
            @ForAll @IntRange(min = 200, max = 40_000) int maxCqe,
            @ForAll @IntRange(min = 1, max = 65535) int queueDepth) {
        DeviceAttr small = device(1 << 20, maxCqe);
        for (ConnectionSizes sizes : List.of(
                ConnectionSizes.clientIo(queueDepth, small),
                ConnectionSizes.serverIo(queueDepth, true, small),
                ConnectionSizes.service(small))) {
            assertThat(sizes.cqe()).isLessThanOrEqualTo(maxCqe);
            assertThat(sizes.sendWr())
                    .isGreaterThanOrEqualTo(sizes.chains() * sizes.chainWr() + ConnectionSizes.SLACK_WR);
            assertThat(new SendCredits(sizes.chains(), sizes.interval()).available())
                    .isEqualTo(sizes.chains());
        }
    }

    @Test
    void aDeviceWithoutRoomForTwoChainsIsRefusedByItsLimit() {
        assertThatThrownBy(() -> ConnectionSizes.serverIo(512, true, device(70)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("test0")
                .hasMessageContaining("max_qp_wr = 70");
        assertThatThrownBy(() -> ConnectionSizes.service(device(1 << 20, 100))).hasMessageContaining("max_cqe = 100");
    }
}
