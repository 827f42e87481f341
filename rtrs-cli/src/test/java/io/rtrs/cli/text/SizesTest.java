package io.rtrs.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {
    @ParameterizedTest
    @CsvSource({
        "0,0",
        "4096,4096",
        "128K,131072",
        "128k,131072",
        "256M,268435456",
        "1G,1073741824",
        "2T,2199023255552",
        "8388607T,9223370937343148032",
        "8388607G,9007198180999168"
    })
    void unitsAreStepsOf1024(String text, long bytes) {
        assertThat(Sizes.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "K",
                "12Q",
                "-1",
                "1.5M",
                "1 K",
                "0x10",
                "9223372036854775808",
                "8589934592G",
                "8388608T",
                "1P",
                "T",
                "1KK",
                "١٢"
            })
    void whatIsNoSizeIsNamed(String text) {
        assertThatThrownBy(() -> Sizes.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Property
    void exactTextIsReadAsTheSameSize(@ForAll @LongRange(min = 0) long bytes) {
        assertThat(Sizes.parse(Sizes.exact(bytes))).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"0,0 B", "1023,1023 B", "1536,1.50 KiB", "268435456,256 MiB", "16106127360,15.0 GiB"})
    void roundedTextKeepsThreeDigits(long bytes, String text) {
        assertThat(Sizes.rounded(bytes)).isEqualTo(text);
    }
}
