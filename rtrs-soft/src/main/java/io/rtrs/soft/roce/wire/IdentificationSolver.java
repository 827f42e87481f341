package io.rtrs.soft.roce.wire;

/**
 * Which IPv4 identification explains a difference of two checksums (spec/rocev2.md 2.5, mode "solve").
 *
 * <p>CRC-32 is linear: the checksum of a packet, taken with the identification 0, differs from the true one by q·x^e,
 * reduced by the CRC's polynomial, where the polynomial q consists of the bits of the identification and e depends on the
 * number of bytes behind them. Now x has an inverse; so one multiplication by x^-e gives q back. A random difference
 * gives a q of 32 bits, of which all but the 16 of the identification must be 0: so many bits are left as a check.
 *
 * <p>Numbers here are polynomials with the coefficient of x^0 in bit 31, as in the CRC's register.
 *
 * <p><b>Allocation</b>: none.
 */
final class IdentificationSolver {
    private static final int POLYNOMIAL = 0xEDB8_8320;
    private static final int ONE = 0x8000_0000;

    /** Bytes of IPv4 and UDP header behind the byte with the fragmentation flags, without the ICRC. */
    private static final int BEHIND_FLAGS = 13 + 8 - RoceOpcode.ICRC_SIZE;

    /** The byte with the flags when "don't fragment" is the only difference. */
    private static final int DONT_FRAGMENT = 0x40;

    private static final int SHORTEST = Bth.SIZE + RoceOpcode.ICRC_SIZE;

    /** x^-e for a packet of each length. */
    private static final int[] INVERSES = inverses();

    private IdentificationSolver() {}

    /**
     * The bits in which the identification of a packet differs from another one.
     *
     * @param difference its checksum, exclusive-or the one with the other identification and "don't fragment"
     * @param length bytes, BTH to ICRC, within the limits of a packet
     * @param fragmentable whether the flag may be missing
     * @return those bits, or {@link Icrc#BAD}
     */
    static int solve(int difference, int length, boolean fragmentable) {
        int bits = multiply(difference, INVERSES[length]);
        // From bit 31 down: the flags' byte, then identification low and high; each byte with its own bit order.
        int flags = bits >>> 24;
        boolean flagsFit = flags == 0 || (fragmentable && flags == DONT_FRAGMENT);
        if (!flagsFit || (bits & 0xFF) != 0) {
            return Icrc.BAD;
        }
        return (bits & 0xFF00) | ((bits >>> 16) & 0xFF);
    }

    private static int[] inverses() {
        int[] inverses = new int[RoceOpcode.MAX_LOOPBACK_PACKET + 1];
        int power = ONE;
        // The CRC of a message is the message times x^32; then eight for each byte behind.
        for (int i = 0; i < 32 + 8 * (SHORTEST + BEHIND_FLAGS); i++) {
            power = divideByX(power);
        }
        for (int length = SHORTEST; length < inverses.length; length++) {
            inverses[length] = power;
            for (int i = 0; i < 8; i++) {
                power = divideByX(power);
            }
        }
        return inverses;
    }

    private static int multiplyByX(int a) {
        return (a >>> 1) ^ (POLYNOMIAL & -(a & 1));
    }

    /** The polynomial has x^0, which is bit 31: that bit tells whether {@link #multiplyByX} has reduced. */
    private static int divideByX(int a) {
        return a < 0 ? ((a ^ POLYNOMIAL) << 1) | 1 : a << 1;
    }

    private static int multiply(int a, int b) {
        int product = 0;
        int rest = a;
        int shifted = b;
        for (int i = 0; i < 32; i++) {
            product ^= shifted & (rest >> 31);
            rest <<= 1;
            shifted = multiplyByX(shifted);
        }
        return product;
    }
}
