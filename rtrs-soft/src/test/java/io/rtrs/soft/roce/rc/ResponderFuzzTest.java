package io.rtrs.soft.roce.rc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.util.List;
import java.util.Random;

/**
 * Any packets may come to a connected queue pair (spec/rocev2.md 18.86). An ordinary build plays the captured connections and
 * some random inputs; {@code JAZZER_FUZZ=1 mvn -pl rtrs-soft test -Dtest=ResponderFuzzTest} goes on from the captured ones.
 */
class ResponderFuzzTest {
    private static final int INPUTS = 3000;

    @MethodSource("io.rtrs.soft.roce.rc.CapturedStreams#inputs")
    @FuzzTest(maxDuration = "2m")
    void any_packets(byte @Nullable [] input) throws IOException {
        if (input != null) {
            ResponderFuzz.play(input);
        }
    }

    @Test
    void every_capture_with_connections_gives_inputs() {
        List<byte[]> inputs = CapturedStreams.inputs().toList();
        assertThat(inputs).hasSizeGreaterThan(20);
    }

    @Test
    void random_packets_break_nothing() throws IOException {
        for (long seed = 0; seed < INPUTS; seed++) {
            Random random = new Random(seed);
            byte[] data = new byte[random.nextInt(600)];
            random.nextBytes(data);
            try {
                ResponderFuzz.play(data);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("input of seed " + seed, e);
            }
        }
    }
}
