package io.rtrs.soft.roce.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.cm.ConnectParameters;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.endpoint.Endpoint;
import io.rtrs.soft.roce.wire.Gid;
import org.junit.jupiter.api.Test;

import java.util.concurrent.TimeUnit;

/** A process that stood still reads its socket before it heeds its clocks: the answers lie there. */
class LateDriveTest {
    private static final long LONG_AGO_NS = TimeUnit.HOURS.toNanos(1);

    private final Recorder recorder = new Recorder();
    private final Drive drive = recorder.drive();
    private final Endpoint endpoint = drive.endpoint();

    /** A request was sent at that time; its first repetition is due within seconds. */
    private void connect(long ageNs) {
        drive.run(now -> (int) endpoint.connections()
                .connect(
                        new ConnectParameters(
                                Gid.ofIpv4(0x7f00_0002), 1, 2, 3, 4, 1024, 0, 0, 7, 7, 17, false, PrivateData.EMPTY),
                        now - ageNs));
    }

    @Test
    void aTurnForWhatWasPostedTakesAllThatArrivedFirstIfADeadlineHasPassed() {
        recorder.batches = 3;
        connect(LONG_AGO_NS);
        // the request, three full batches and the end, the repetition
        assertThat(recorder.calls).startsWith("send", "receive", "receive", "receive", "receive", "send");
    }

    @Test
    void itLeavesTheSocketAloneIfNoneHas() {
        connect(0);
        drive.transmit();
        assertThat(recorder.calls).containsExactly("send");
    }
}
