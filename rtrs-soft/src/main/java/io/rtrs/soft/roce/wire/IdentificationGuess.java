package io.rtrs.soft.roce.wire;

/**
 * Which IPv4 identification the next packet is taken to have, so that most need not be solved for: what follows in the same
 * receive buffer is of one segmented send, whose identifications count; another buffer begins with 0 if the one before did,
 * and else goes on counting, as kernels and adapters do. A wrong guess costs what no guess would.
 *
 * <p>Pure. <b>Threading</b>: one owner. <b>Allocation</b>: none.
 */
final class IdentificationGuess {
    private static final int MASK = 0xFFFF;

    private long behind = -1;
    private int last = -1;
    private int step = 1;
    private boolean beginsAtZero = true;

    /** For the packet that begins there. */
    int of(long offset) {
        if (offset == behind) {
            return (last + step) & MASK;
        }
        return beginsAtZero ? 0 : (last + 1) & MASK;
    }

    /** That packet was intact, and this is its identification. */
    void learn(long offset, int length, int identification) {
        if (offset == behind) {
            step = identification == last ? 0 : 1; // single sends of equal identifications may have been put together
        } else {
            beginsAtZero = identification == 0;
        }
        last = identification;
        behind = offset + length;
    }
}
