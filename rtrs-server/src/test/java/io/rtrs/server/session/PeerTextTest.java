package io.rtrs.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PeerTextTest {
    @Test
    void nameCannotPretendToBeAnotherLineOfTheLog() {
        assertThat(PeerText.printable("a\nWARN all is well\u0007\u202e\u0085z")).isEqualTo("a?WARN all is well???z");
        assertThat(PeerText.printable("größe-🙂")).isEqualTo("größe-🙂");
    }
}
