package io.rtrs.soft.roce.link;

import io.rtrs.soft.roce.wire.Layouts;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/** Rolls what happens to each packet; the same seed and the same calls give the same faults. */
final class FaultDice {
    private final FaultRates rates;
    private final SplittableRandom random;

    FaultDice(FaultRates rates, long seed) {
        this.rates = rates;
        this.random = new SplittableRandom(seed);
    }

    boolean loses() {
        return hits(rates.loss());
    }

    boolean duplicates() {
        return hits(rates.duplicate());
    }

    boolean reorders() {
        return hits(rates.reorder());
    }

    boolean corrupts() {
        return hits(rates.corrupt());
    }

    /** Nanoseconds by which a packet is late, mostly 0. */
    long delayNs() {
        return hits(rates.delay()) && rates.maxDelayNs() > 0 ? 1 + random.nextLong(rates.maxDelayNs()) : 0;
    }

    void flipOneBit(MemorySegment memory, long offset, int length) {
        if (length > 0) {
            long at = offset + random.nextInt(length);
            byte flipped = (byte) (memory.get(Layouts.U8, at) ^ (1 << random.nextInt(8)));
            memory.set(Layouts.U8, at, flipped);
        }
    }

    private boolean hits(double rate) {
        return rate > 0 && random.nextDouble() < rate;
    }
}
