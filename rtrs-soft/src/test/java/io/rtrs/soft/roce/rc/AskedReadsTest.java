package io.rtrs.soft.roce.rc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AskedReadsTest {
    private final AskedReads asked = new AskedReads(3);

    @Test
    void whatIsAskedAgainEndsWhereItDid() {
        asked.add(5);
        asked.add(9);
        asked.add(20);
        assertThat(asked.isFull()).isTrue();
        assertThat(asked.again()).isEqualTo(AskedReads.NONE);
        asked.againAll();
        assertThat(asked.isFull()).isFalse();
        assertThat(asked.again()).isEqualTo(5);
        asked.add(5);
        assertThat(asked.again()).isEqualTo(9);
        asked.answered(7); // and a part of the second: its rest is asked for
        assertThat(asked.again()).isEqualTo(9);
        assertThat(asked.oldest()).isEqualTo(9);
        assertThat(asked.newest()).isEqualTo(AskedReads.NONE);
        asked.add(9);
        asked.add(20);
        assertThat(asked.again()).isEqualTo(AskedReads.NONE);
        asked.add(30);
        assertThat(asked.isFull()).isTrue();
    }

    @Test
    void theNewestIsAskedAgainAlone() {
        asked.add(5);
        asked.add(9);
        asked.againNewest();
        assertThat(asked.newest()).isEqualTo(5);
        assertThat(asked.again()).isEqualTo(9);
        asked.answered(9); // it was only late
        assertThat(asked.again()).isEqualTo(AskedReads.NONE);
        assertThat(asked.oldest()).isEqualTo(AskedReads.NONE);
        asked.againNewest();
        asked.answered(100);
        assertThat(asked.isFull()).isFalse();
    }
}
