package io.rtrs.soft.roce.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.cm.QueuePairAttributes;
import io.rtrs.soft.roce.cm.message.Told;
import io.rtrs.soft.roce.rc.QpAttributes.Limits;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.RoceAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** docs/decisions/0005-what-peers-tell.md */
class PeerWindowTest {
    private static final int NETWORK = 0x0A00_0001;
    private static final int LOOPBACK = 0x7F00_0001;

    private static PeerWindow window(int address, int mtu, int told, int ours) {
        RoceAddress peer = RoceAddress.of(Gid.ofIpv4(address));
        QueuePairAttributes wanted =
                new QueuePairAttributes(peer, 2, 0, 0, mtu, 64, 64, 7, 7, 17, new Told(told, false));
        return new PeerWindow(wanted, EndpointTuning.DEFAULT.receiving(ours));
    }

    @ParameterizedTest
    @CsvSource({
        "1024, 4194304, 4194304, 1820, 1024", // 4 MiB hold 3640 packets, spec/rocev2.md 16.4
        "4096, 4194304, 4194304, 496, 496",
        "1024, 4194304, 212992, 92, 92", // our own buffer takes the answers to READs
        "1024, 212992, 4194304, 92, 92",
        "1024, 1024, 4194304, 16, 16"
    })
    void aPeerThatTellsItsBufferTakesHalfOfWhatItHolds(int mtu, int told, int ours, int budget, int packets) {
        PeerWindow window = window(NETWORK, mtu, told, ours);
        assertThat(window.budget).isEqualTo(budget);
        assertThat(window.limits(64)).isEqualTo(new Limits(64, packets, 32, Math.min(16, packets / 2)));
    }

    @ParameterizedTest
    @CsvSource({"0", "4194304"})
    void oneThatTellsNothingTakesWhatKernelsDo(int ours) { // spec/rocev2.md 6.4
        PeerWindow window = window(NETWORK, 1024, 0, ours);
        assertThat(window.budget).isZero();
        assertThat(window.limits(64)).isEqualTo(new Limits(64, 128, 32, 64));
    }

    @ParameterizedTest
    @CsvSource({"4194304, 252", "212992, 16", "16777216, 512"})
    void whoIsAtALoopbackAddressIsAsWeAreAndSlowStartsNot(int ours, int packets) {
        assertThat(window(LOOPBACK, 8192, 0, ours).limits(64))
                .isEqualTo(new Limits(64, packets, packets, Math.min(16, packets / 2)));
        assertThat(window(LOOPBACK, 8192, ours, ours).limits(64))
                .isEqualTo(window(LOOPBACK, 8192, 0, ours).limits(64));
    }

    /** The requests for a long READ that are under way fill the window. */
    @ParameterizedTest
    @CsvSource({"1, 64", "16, 64", "32, 32", "128, 16"})
    void aReadIsAskedForInPartsThatFillTheWindow(int depth, int packets) {
        RoceAddress peer = RoceAddress.of(Gid.ofIpv4(NETWORK));
        QueuePairAttributes wanted =
                new QueuePairAttributes(peer, 2, 0, 0, 1024, depth, 4, 7, 7, 17, new Told(4 << 20, false));
        PeerWindow window = new PeerWindow(wanted, EndpointTuning.DEFAULT);
        assertThat(window.limits(depth).readChunk()).isEqualTo(packets);
    }
}
