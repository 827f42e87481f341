package io.rtrs.core.driver;

import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Where a session or a server has its time, its identities, its chance and its threads from.
 *
 * @param clock nanoseconds, compare by subtraction; any thread asks
 * @param wall the time for people; any thread asks
 * @param uuids one for a session and one for each of its paths
 * @param random for pauses
 * @param crew who turns its loops
 */
public record Ambient(LongSupplier clock, InstantSource wall, Supplier<UUID> uuids, RandomGenerator random, Crew crew) {

    /** Those of this machine. */
    public static Ambient real() {
        return new Ambient(
                System::nanoTime,
                InstantSource.system(),
                UUID::randomUUID,
                RandomGenerator.getDefault(),
                Crew.threads());
    }

    /** What the clock says. */
    public long nowNs() {
        return clock.getAsLong();
    }

    /** What a clock on the wall says, for people. */
    public LocalTime timeOfDay() {
        return LocalTime.ofInstant(wall.instant(), ZoneId.systemDefault());
    }
}
