package io.rtrs.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.foreign.MemorySegment;

class ProtocolTest {
    @ParameterizedTest
    @CsvSource({"1,0", "2,1", "3,2", "4,2", "5,3", "511,9", "512,9", "513,10", "65535,16", "268435456,28"})
    void ceilLog2_counts_the_bits_that_number_n_values(int n, int bits) {
        assertThat(Protocol.ceilLog2(n)).isEqualTo(bits);
    }

    @Test
    void ceilLog2_of_nothing_is_refused() {
        assertThatThrownBy(() -> Protocol.ceilLog2(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void V9_depth_and_chunk_share_28_bits() {
        assertThat(Protocol.fitsImmediate(2047, 131072)).isTrue();
        assertThat(Protocol.fitsImmediate(2048, 131072)).isTrue();
        assertThat(Protocol.fitsImmediate(2049, 131072)).isFalse();
        assertThat(Protocol.fitsImmediate(1, 1 << 28)).isTrue();
        assertThat(Protocol.fitsImmediate(1, (1 << 28) + 1)).isFalse();
    }

    @Test
    void magic_and_version_stand_on_the_wire_as_the_specification_says() { // spec/rtrs.md 19.2
        byte[] bytes = new byte[4];
        Wire.put16(MemorySegment.ofArray(bytes), 0, Protocol.MAGIC);
        Wire.put16(MemorySegment.ofArray(bytes), 2, Protocol.VERSION);
        assertThat(bytes).isEqualTo(Bytes.hex("bd 1b 00 02"));
    }
}
