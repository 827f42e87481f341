package io.rtrs.client.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.path.Heartbeat;
import io.rtrs.core.path.PathAddress;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.UUID;

class PathTest {

    @Test
    void theLastErrorIsToldBehindItsTime() throws Exception {
        Path path = new Path(new UUID(1, 2), "s", PathAddress.parse("ip:10.0.0.1"), new Heartbeat(1, 1));
        assertThat(path.lastError()).isEmpty();
        assertThat(path.lastErrorTime()).isEmpty();
        assertThat(path.lastErrorText()).isEmpty();
        RtrsException why = new RtrsException(Errno.EBUSY, "the server is full");
        Instant then = Instant.parse("2026-01-02T03:04:05.678Z");
        path.lastError(why, then);
        assertThat(path.lastError()).contains(why);
        assertThat(path.lastErrorTime()).contains(then);
        assertThat(path.lastErrorText()).isEqualTo("2026-01-02T03:04:05Z " + why.getMessage());
    }
}
