package io.rtrs.interop.paths;

import io.rtrs.client.RtrsClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;

/** The scenes on two rxe devices of the kernel, whose wires end at a server on software RoCE. */
@Tag("vm")
@Timeout(1200)
class RxePathsTest extends PathsScene {
    @Override
    Links lay() throws IOException, InterruptedException {
        return RxeLinks.lay();
    }

    @Override
    String serversProvider() {
        return "softroce";
    }

    @Override
    int flaps() {
        return Flaps.count(2);
    }

    @Override
    int standstillS() {
        return 10;
    }

    /** The first attempt of a process also loads most of its classes. */
    @Override
    Duration connectTimeout() {
        return Duration.ofSeconds(40);
    }

    /** An emulated machine stands still for moments, and must not lose both paths in one of them. */
    @Override
    RtrsClient.Builder withHeartbeats(RtrsClient.Builder builder) {
        return builder.heartbeat(Duration.ofSeconds(1), 5);
    }
}
