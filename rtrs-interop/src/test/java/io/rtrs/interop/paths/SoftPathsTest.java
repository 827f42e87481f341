package io.rtrs.interop.paths;

import io.rtrs.client.RtrsClient;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;

/** The scenes on software RoCE, whose links lose packets in silence, so that heartbeats find it out. */
@Timeout(600)
class SoftPathsTest extends PathsScene {
    @Override
    Links lay() {
        return new SoftLinks();
    }

    @Override
    String serversProvider() {
        return "softroce";
    }

    @Override
    int flaps() {
        return 2;
    }

    @Override
    int standstillS() {
        return 5;
    }

    @Override
    Duration connectTimeout() {
        return Duration.ofSeconds(10);
    }

    @Override
    RtrsClient.Builder withHeartbeats(RtrsClient.Builder builder) {
        return builder.heartbeat(Duration.ofMillis(300), 3);
    }
}
