package io.rtrs.soft;

import java.security.SecureRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Where a provider has its time and its chance from, and whether it may start threads.
 *
 * @param clock nanoseconds, compare by subtraction; any thread asks
 * @param random keys, numbers and sequence numbers are drawn from it, by any thread
 * @param invoked nobody but the caller drives: the provider starts no thread, and goes on in its turns, which the caller takes
 */
public record Ambient(LongSupplier clock, RandomGenerator random, boolean invoked) {
    /** Those of this machine. */
    public static Ambient real() {
        return new Ambient(System::nanoTime, new SecureRandom(), false);
    }

    /** A provider that is driven by hand. */
    public static Ambient invoked(LongSupplier clock, RandomGenerator random) {
        return new Ambient(clock, random, true);
    }

    /** What the clock says. */
    public long nowNs() {
        return clock.getAsLong();
    }
}
