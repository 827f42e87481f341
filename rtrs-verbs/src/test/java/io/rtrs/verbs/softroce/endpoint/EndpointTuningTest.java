package io.rtrs.verbs.softroce.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an endpoint chooses by itself. */
class EndpointTuningTest {
    @ParameterizedTest
    @CsvSource({"0,16", "31,16", "34,17", "504,252", "5000,512"})
    void theWindowBetweenLoopbackAddressesIsHalfOfWhatTheReceiveBufferHolds(int held, int window) {
        EndpointTuning tuning = EndpointTuning.DEFAULT.atHome(held);
        assertThat(tuning.windowAtHome()).isEqualTo(window);
        assertThat(tuning.window()).as("on a network").isEqualTo(EndpointTuning.DEFAULT.window());
    }
}
