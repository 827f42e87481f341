package io.rtrs.soft.roce.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** What came to the wrong link waits for the right one, in order, and not without bound. */
class MisdirectedTest {
    private static final int OFFSET = 3;
    private static final int LENGTH = 100;

    private final Misdirected box = new Misdirected();
    private final MemorySegment memory = MemorySegment.ofArray(new byte[20_000]);
    private final List<String> came = new ArrayList<>();

    private boolean add(int number) {
        memory.set(ValueLayout.JAVA_BYTE, OFFSET, (byte) number);
        return box.add(memory, OFFSET, LENGTH, number, -number, 4791 + number);
    }

    private void deliver() {
        box.deliver(
                (from, offset, length, hi, lo, port, now) -> came.add(
                        from.get(ValueLayout.JAVA_BYTE, offset) + " " + length + " " + hi + " " + lo + " " + port),
                7);
    }

    @Test
    void packetsKeepTheirOrderAndWhatIsKnownOfThem() {
        assertThat(box.isEmpty()).isTrue();
        deliver();
        add(1);
        add(2);
        assertThat(box.isEmpty()).isFalse();
        deliver();
        add(3);
        deliver();
        assertThat(came).containsExactly("1 100 1 -1 4792", "2 100 2 -2 4793", "3 100 3 -3 4794");
        assertThat(box.isEmpty()).isTrue();
    }

    @Test
    void aboveTheBoundTheyAreRefusedUntilThereIsRoom() {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < Misdirected.CAPACITY; i++) {
                assertThat(add(i)).isTrue();
            }
            assertThat(add(99)).isFalse();
            came.clear();
            deliver();
            assertThat(came).hasSize(Misdirected.CAPACITY).last().isEqualTo("63 100 63 -63 4854");
        }
    }

    @Test
    void aPacketWhoseHandlingThrowsDoesNotComeAgain() {
        add(1);
        add(2);
        assertThatThrownBy(() -> box.deliver(
                        (from, offset, length, hi, lo, port, now) -> {
                            throw new IllegalStateException("thrown by the test");
                        },
                        7))
                .hasMessage("thrown by the test");
        deliver();
        assertThat(came).containsExactly("2 100 2 -2 4793");
    }

    @Test
    void whatIsLongerThanAnyPacketIsRefused() {
        assertThat(box.add(memory, 0, 20_000, 0, 0, 0)).isFalse();
        assertThat(box.isEmpty()).isTrue();
    }

    @Test
    void mailIsBoundedToo() {
        ManagerMail mail = new ManagerMail();
        for (int i = 0; i < ManagerMail.CAPACITY; i++) {
            assertThat(mail.leave((manager, now) -> {})).isTrue();
        }
        assertThat(mail.leave((manager, now) -> {})).isFalse();
        for (int i = 0; i < ManagerMail.CAPACITY; i++) {
            assertThat(mail.isEmpty()).isFalse();
            assertThat(mail.take()).isNotNull();
        }
        assertThat(mail.isEmpty()).isTrue();
        assertThat(mail.take()).isNull();
    }
}
