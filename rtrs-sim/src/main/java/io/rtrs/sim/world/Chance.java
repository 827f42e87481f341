package io.rtrs.sim.world;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * All that is left to chance in a world, from one seed. Each part of the world forks a stream of its own, so that a part that
 * draws once more does not change what befalls the others.
 *
 * <p><b>Threading:</b> the world's thread.
 */
public final class Chance implements RandomGenerator {
    private final SplittableRandom random;

    /** The chance of a seed. */
    public Chance(long seed) {
        this(new SplittableRandom(seed));
    }

    private Chance(SplittableRandom random) {
        this.random = random;
    }

    /** A stream of its own for one more part of the world. */
    public Chance fork() {
        return new Chance(random.split());
    }

    @Override
    public long nextLong() {
        return random.nextLong();
    }

    @Override
    public int nextInt() {
        return random.nextInt();
    }

    /** Whether something of this probability happens. */
    public boolean hits(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    /** A number from {@code least} to {@code most}, both possible. */
    public long between(long least, long most) {
        return random.nextLong(least, most + 1);
    }

    /** As {@link #between(long, long)}. */
    public int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    /** A duration of any order of magnitude between the two, which are positive. */
    public long spread(long least, long most) {
        double power = random.nextDouble();
        return Math.round(least * Math.pow((double) most / least, power));
    }

    /** One of them. */
    @SafeVarargs
    public final <T> T oneOf(T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
