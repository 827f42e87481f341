package io.rtrs.verbs.ibverbs.ffm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.verbs.VerbsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallPolicyTest {
    @AfterEach
    void forget() {
        System.clearProperty(CallPolicy.PROPERTY);
    }

    @ParameterizedTest
    @CsvSource({
        "'', mlx5_0, true, false",
        "'', siw0, false, false",
        "none, mlx5_0, false, false",
        "poll, siw0, true, false",
        "ALL, mlx5_0, true, true",
        "all, rxe0, true, false"
    })
    void thePropertyOverridesTheChoice(String value, String device, boolean poll, boolean post) throws Exception {
        System.setProperty(CallPolicy.PROPERTY, value);
        assertThat(CallPolicy.of(device)).isEqualTo(new CallPolicy(poll, post));
    }

    @Test
    void anotherValueIsRefusedWithWhatItMayBe() {
        System.setProperty(CallPolicy.PROPERTY, "polling");
        assertThatThrownBy(CallPolicy::checkProperty)
                .isInstanceOf(VerbsException.class)
                .hasMessageContaining(CallPolicy.PROPERTY + "=polling")
                .hasMessageContaining("none, poll or all");
    }
}
