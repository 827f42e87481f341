package io.rtrs.interop.paths;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RtrsClient;
import org.junit.jupiter.api.Test;
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

    /** It may have acknowledged all that was sent; a heartbeat is what is refused then. None is missed often enough to tell. */
    @Test
    void a_killed_server_is_noticed_by_what_is_sent_next() throws Exception {
        try (ClientSession session =
                        client().heartbeat(Duration.ofMillis(500), 1_000_000).open();
                VerifiedLoad load = VerifiedLoad.start(session, 1, true)) {
            load.awaitMore(1);
            server().kill();
            awaitBoth(session, false);
            load.finish();
        }
    }
}
