package io.rtrs.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** spec/rtrs.md 11 and 19.76. */
class LinkCounterTest {

    @Test
    void nothingIsSaidWhileTheSessionOpens() {
        LinkCounter counter = new LinkCounter();
        assertThat(counter.onUp()).isEmpty();
        assertThat(counter.onUp()).isEmpty();
    }

    @Test
    void onlyTheLastPathThatGoesAndTheFirstThatReturnsAreNews() {
        LinkCounter counter = new LinkCounter();
        counter.onUp();
        counter.onUp();
        counter.opened();
        assertThat(counter.onDown()).isEmpty();
        assertThat(counter.onDown()).contains(LinkEvent.DISCONNECTED);
        assertThat(counter.onUp()).contains(LinkEvent.RECONNECTED);
        assertThat(counter.onUp()).isEmpty();
        assertThat(counter.onDown()).isEmpty();
    }

    @Test
    void aPathThatGoesWhileTheSessionOpensIsNoNews() {
        LinkCounter counter = new LinkCounter();
        counter.onUp();
        assertThat(counter.onDown()).isEmpty();
    }
}
