package io.rtrs.soft.roce.wire;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** 24-bit arithmetic; spec/rocev2.md 5.2, 18.20. */
class PsnTest {
    @Test
    void after_the_largest_number_comes_zero() {
        assertThat(Psn.next(0xFF_FFFF)).isZero();
        assertThat(Psn.add(0xFF_FFFE, 5)).isEqualTo(3);
        assertThat(Psn.add(2, -5)).isEqualTo(0xFF_FFFD);
        assertThat(Psn.after(0, 0xFF_FFFF)).isTrue();
        assertThat(Psn.before(0xFF_FFFF, 0)).isTrue();
    }

    @Property
    void the_distance_is_what_was_added(
            @ForAll @IntRange(min = 0, max = Psn.MASK) int psn,
            @ForAll @IntRange(min = -Psn.HALF, max = Psn.HALF - 1) int count) {
        int other = Psn.add(psn, count);
        assertThat(other).isBetween(0, Psn.MASK);
        assertThat(Psn.diff(other, psn)).isEqualTo(count);
        assertThat(Integer.signum(Psn.compare(other, psn))).isEqualTo(Integer.signum(count));
        assertThat(Psn.before(other, psn)).isEqualTo(count < 0);
        assertThat(Psn.after(other, psn)).isEqualTo(count > 0);
    }
}
