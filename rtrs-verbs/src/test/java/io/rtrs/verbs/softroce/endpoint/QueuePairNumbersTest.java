package io.rtrs.verbs.softroce.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QueuePairNumbersTest {
    @Test
    void thoseThatMeanSomethingElseAreLeftOut() { // spec/rocev2.md 14.5
        QueuePairNumbers numbers = new QueuePairNumbers(0xFF_FFFE);
        assertThat(numbers.take()).isEqualTo(0xFF_FFFE);
        assertThat(numbers.take()).isEqualTo(2);
    }

    @Test
    void oneThatWasGivenBackIsNotTheNext() { // spec/rocev2.md 13.8
        QueuePairNumbers numbers = new QueuePairNumbers(100);
        numbers.giveBack(numbers.take());
        assertThat(numbers.take()).isEqualTo(101);
        assertThat(numbers.taken()).isEqualTo(1);
    }

    @Test
    void oneInUseIsPassedOver() {
        QueuePairNumbers numbers = new QueuePairNumbers(0xFF_FFFD);
        numbers.take();
        numbers.take();
        int taken = numbers.take();
        QueuePairNumbers again = new QueuePairNumbers(taken);
        again.take();
        assertThat(again.take()).isEqualTo(3);
    }
}
