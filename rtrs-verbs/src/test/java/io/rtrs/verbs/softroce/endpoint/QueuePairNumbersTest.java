package io.rtrs.verbs.softroce.endpoint;

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
        assertThat(drawing(0xFF_FFFF, 0, 1, 2).take()).isEqualTo(2);
    }

    @Test
    void theyHave24Bits() {
        assertThat(drawing(0xAB12_3456).take()).isEqualTo(0x12_3456);
    }

    @Test
    void oneInUseIsDrawnAgain() {
        QueuePairNumbers numbers = drawing(100, 100, 100, 7, 100);
        List<Integer> first = List.of(numbers.take(), numbers.take());
        assertThat(first).containsExactly(100, 7);
        numbers.giveBack(100);
        assertThat(numbers.take()).isEqualTo(100);
        assertThat(numbers.taken()).isEqualTo(2);
    }
}
