package io.rtrs.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {
    @ParameterizedTest
    @CsvSource({
        "500ms,500",
        "10s,10000",
        "2m,120000",
        "2M,120000",
        "0s,0",
        "1440m,86400000",
        "1h,3600000",
        "1D,86400000",
        "365d,31536000000"
    })
    void unitsAreMillisecondsSecondsMinutesHoursAndDays(String text, long milliseconds) {
        assertThat(Times.parse(text).toMillis()).isEqualTo(milliseconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "-1s", "1.5s", "10 s", "1w", "h", "366d", "8761h", "999999999999d"})
    void whatIsNoTimeIsNamed(String text) {
        assertThatThrownBy(() -> Times.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }
}
