package io.rtrs.server.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.server.FencePolicy;
import org.junit.jupiter.api.Test;

class ServerConfigTest {
    private static ServerConfig config(int depth, int chunk, int header, int descriptors) {
        return new ServerConfig(depth, chunk, header, true, descriptors, FencePolicy.ON, 1);
    }

    private static void refused(ServerConfig config, String part) {
        RtrsException refusal = catchThrowableOfType(RtrsException.class, () -> ServerConfig.checked(config));
        assertThat(refusal.errno()).isEqualTo(Errno.EINVAL);
        assertThat(refusal).hasMessageContaining(part);
    }

    // spec/rtrs.md 16
    @Test
    void limitsOfTheParametersAreKept() throws RtrsException {
        refused(config(0, 131072, 4096, 1), "queueDepth = 0");
        refused(config(65536, 8192, 4096, 1), "queueDepth = 65536");
        refused(config(512, 4096, 4000, 1), "chunkSize = 4096");
        refused(config(512, 131073, 4096, 1), "chunkSize = 131073");
        refused(config(4096, 131072, 4096, 1), "chunkSize = 131072 does not fit");
        refused(config(512, 131072, 131072, 1), "maxHeaderSize = 131072");
        refused(config(512, 131072, 4096, 3), "descriptors = 3");
        assertThat(ServerConfig.checked(config(2048, 131072, 4096, 1)).accept().chunkSize())
                .isEqualTo(131072);
        assertThat(ServerConfig.checked(config(1, 8192, 4096, 1)).accept().maxIoSize())
                .isEqualTo(4096);
    }
}
