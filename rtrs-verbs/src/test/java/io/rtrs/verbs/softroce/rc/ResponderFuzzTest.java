package io.rtrs.verbs.softroce.rc;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.Random;

/** The fuzz target under seeded input, so that every build runs it a little. */
class ResponderFuzzTest {
    private static final int INPUTS = 3000;

    @Test
    void noInputBreaksAQueuePair() throws IOException {
        for (long seed = 0; seed < INPUTS; seed++) {
            Random random = new Random(seed);
            byte[] data = new byte[random.nextInt(600)];
            random.nextBytes(data);
            try {
                ResponderFuzz.fuzzerTestOneInput(data);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("input of seed " + seed, e);
            }
        }
    }
}
