package io.rtrs.disni.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void noOptionsLeaveTheChoice() {
        assertThat(Options.parse(null).provider()).isEmpty();
        assertThat(Options.parse("").provider()).isEmpty();
    }

    @Test
    void aProviderIsNamed() {
        assertThat(Options.parse("provider=softroce").provider()).isEqualTo("softroce");
    }

    @Test
    void anythingElseIsRefusedWithWhatIsPossible() {
        for (String wrong : new String[] {"softroce", "provider=", "Provider=x", "provider=a,b=c"}) {
            assertThatThrownBy(() -> Options.parse(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll(wrong, "provider=NAME");
        }
    }
}
