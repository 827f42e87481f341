package io.rtrs.soft.roce.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.PrimitiveIterator;
import java.util.stream.IntStream;

class QueuePairNumbersTest {
    private static QueuePairNumbers drawing(int... drawn) {
        PrimitiveIterator.OfInt numbers = IntStream.of(drawn).iterator();
        return new QueuePairNumbers(numbers::nextInt);
    }

    @Test
    void thoseThatMeanSomethingElseAreLeftOut() { // spec/rocev2.md 14.5
        assertThat(drawing(0, 0x10).take()).isEqualTo(0x10);
        assertThat(drawing(0, 0x20).take(1)).isEqualTo(0x21);
        assertThat(drawing(0xFF_FFFF, 0x30).take(15)).isEqualTo(0x3F);
        assertThat(drawing(0).take(2)).isEqualTo(2);
    }

    @Test
    void theyHave24BitsOfWhichTheLastNameAnEndpoint() {
        assertThat(drawing(0xAB12_3456).take()).isEqualTo(0x12_3450);
        assertThat(drawing(0xAB12_3456).take(9)).isEqualTo(0x12_3459);
        assertThat(Shards.of(0x12_3459)).isEqualTo(9);
    }

    @Test
    void oneInUseIsDrawnAgain() {
        QueuePairNumbers numbers = drawing(0x105, 0x100, 0x103, 0x70, 0x100);
        List<Integer> first = List.of(numbers.take(), numbers.take());
        assertThat(first).containsExactly(0x100, 0x70);
        numbers.giveBack(0x100);
        assertThat(numbers.take()).isEqualTo(0x100);
        assertThat(numbers.taken()).isEqualTo(2);
    }
}
