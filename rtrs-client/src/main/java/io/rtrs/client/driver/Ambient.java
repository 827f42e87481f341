package io.rtrs.client.driver;

import java.time.LocalTime;
import java.time.ZoneId;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Where a session has its time, its identities and its chance from.
 *
 * @param clock nanoseconds, compare by subtraction; any thread asks
 * @param timeOfDay what a clock on the wall says, for people
 * @param uuids one for the session and one for each path
 * @param random for pauses
 */
public record Ambient(LongSupplier clock, Supplier<LocalTime> timeOfDay, Supplier<UUID> uuids, RandomGenerator random) {

    /** Those of this machine. */
    public static Ambient real() {
        return new Ambient(
                System::nanoTime,
                () -> LocalTime.now(ZoneId.systemDefault()),
                UUID::randomUUID,
                RandomGenerator.getDefault());
    }
}
