package io.rtrs.client.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.core.Direction;
import io.rtrs.core.error.Errno;
import io.rtrs.core.wire.ConRsp;
import org.junit.jupiter.api.Test;

/** spec/rtrs.md 7.1 and 19.59, at the boundaries. */
class PathLimitsTest {
    private static final PathLimits LIMITS = PathLimits.of(new ConRsp.Accept(512, 126976, 4096, true));

    @Test
    void dataUpToTheAnnouncedSizeFits() {
        for (Direction direction : Direction.values()) {
            assertThat(LIMITS.check(direction, 0, 126976)).isZero();
            assertThat(LIMITS.check(direction, 0, 126977)).isEqualTo(-Errno.EMSGSIZE);
        }
    }

    @Test
    void userHeaderAndRtrsHeaderShareTheHeaderArea() {
        assertThat(LIMITS.check(Direction.WRITE, 4092, 512)).isZero();
        assertThat(LIMITS.check(Direction.WRITE, 4093, 512)).isEqualTo(-Errno.EMSGSIZE);
        assertThat(LIMITS.check(Direction.READ, 4072, 512)).isZero();
        assertThat(LIMITS.check(Direction.READ, 4073, 512)).isEqualTo(-Errno.EMSGSIZE);
        assertThat(LIMITS.check(Direction.READ, 4088, 0)).isZero();
        assertThat(LIMITS.check(Direction.READ, 4089, 0)).isEqualTo(-Errno.EMSGSIZE);
    }

    @Test
    void aDescriptorHasRoomInTheChunk() { // K-C10
        assertThat(LIMITS.check(Direction.WRITE, 4073, 126976)).isEqualTo(-Errno.EMSGSIZE);
        assertThat(LIMITS.check(Direction.WRITE, 4072, 126976)).isZero();
    }

    @Test
    void aHugeHeaderAreaIsUsedOnlyAsFarAsItsLengthFieldReaches() {
        PathLimits huge = PathLimits.of(new ConRsp.Accept(4, 4096, 1 << 25, false));
        assertThat(huge.check(Direction.WRITE, 65535, 0)).isZero();
        assertThat(huge.check(Direction.WRITE, 65536, 0)).isEqualTo(-Errno.EMSGSIZE);
        assertThat(huge.headerStride()).isBetween(65535 + 24, 65535 + 24 + 64);
        assertThat(LIMITS.headerStride()).isEqualTo(4096);
    }
}
