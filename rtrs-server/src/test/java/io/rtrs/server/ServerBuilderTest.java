package io.rtrs.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.core.Status;
import io.rtrs.core.error.RtrsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetSocketAddress;
import java.time.Duration;

/** Values that a server cannot be started with are named before anything is opened. */
class ServerBuilderTest {
    private static RtrsServer.Builder builder() {
        return RtrsServer.builder()
                .listen(new InetSocketAddress("127.0.0.1", 1234))
                .handler((operation, handle) -> operation.respond(handle, Status.OK));
    }

    private static void refused(RtrsServer.Builder builder, String... parts) {
        assertThatThrownBy(builder::start).isInstanceOf(RtrsException.class).hasMessageContainingAll(parts);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "P2D", "PT100000000H"})
    void aHeartbeatIsMoreThanNothingAndAtMostADay(Duration interval) {
        refused(builder().heartbeat(interval, 5), "heartbeat " + interval, "up to a day");
    }

    @Test
    void oneHeartbeatMustBeMissedAtLeast() {
        refused(builder().heartbeat(Duration.ofSeconds(1), 0), "missed 0", "1 or more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "P2D", "PT100000000H"})
    void aHalfOpenPathHasMoreThanNoTimeAndAtMostADay(Duration timeout) {
        refused(builder().halfOpenTimeout(timeout), "halfOpenTimeout " + timeout, "up to a day");
    }
}
