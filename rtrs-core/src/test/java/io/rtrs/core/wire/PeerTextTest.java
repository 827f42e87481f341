package io.rtrs.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PeerTextTest {
    @Test
    void nameCannotPretendToBeAnotherLineOfTheLog() {
        assertThat(PeerText.printable("a\nWARN all is well\u0007\u202e\u0085z"))
                .isEqualTo("a\\u{a}WARN all is well\\u{7}\\u{202e}\\u{85}z");
        assertThat(PeerText.printable("\u2028\u001b[2J")).isEqualTo("\\u{2028}\\u{1b}[2J");
        assertThat(PeerText.printable("größe-🙂")).isEqualTo("größe-🙂");
    }

    @Test
    void namesThatDifferStayDifferent() {
        assertThat(PeerText.printable("a\\u{a}")).isNotEqualTo(PeerText.printable("a\n"));
    }
}
