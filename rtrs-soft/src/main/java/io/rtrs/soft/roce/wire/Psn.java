package io.rtrs.soft.roce.wire;

/**
 * Arithmetic of packet sequence numbers, which have 24 bits and wrap (spec/rocev2.md 5.2).
 *
 * <p>Arguments may have any upper bits; results of {@link #add} and {@link #next} are in 0..{@link #MASK}.
 *
 * <p><b>Allocation</b>: none.
 */
public final class Psn {
    /** The bits of a number; also the largest number. */
    public static final int MASK = 0xFF_FFFF;

    /** Half of the numbers: so much may be outstanding, or later and earlier cannot be told apart. */
    public static final int HALF = 0x80_0000;

    private Psn() {}

    /** The number that is {@code count} packets later, or earlier if it is negative. */
    public static int add(int psn, int count) {
        return (psn + count) & MASK;
    }

    /** The next number. */
    public static int next(int psn) {
        return (psn + 1) & MASK;
    }

    /** How many packets {@code a} is later than {@code b}, from -2^23 to 2^23-1; negative if it is earlier. */
    public static int diff(int a, int b) {
        return ((a - b) << 8) >> 8;
    }

    /** Positive if {@code a} is later than {@code b}, 0 if they are equal, negative if it is earlier. */
    public static int compare(int a, int b) {
        return diff(a, b);
    }

    /** Whether {@code a} is earlier than {@code b}. */
    public static boolean before(int a, int b) {
        return diff(a, b) < 0;
    }

    /** Whether {@code a} is later than {@code b}. */
    public static boolean after(int a, int b) {
        return diff(a, b) > 0;
    }
}
