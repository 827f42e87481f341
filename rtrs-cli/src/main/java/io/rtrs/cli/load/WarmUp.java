package io.rtrs.cli.load;

import io.rtrs.cli.text.Progress;
import io.rtrs.core.error.RtrsException;
import org.jspecify.annotations.Nullable;

/**
 * The same work as what is counted later, until the JVM has compiled it: rounds of writing and reading back.
 *
 * @param bytes what was moved
 * @param elapsedNs how long it took
 * @param failure the first error, which has stopped the load; or null
 */
public record WarmUp(long bytes, long elapsedNs, @Nullable String failure) {
    private static final String NAME = "warm-up";
    private static final long HALF_ROUND_NS = 150_000_000L;
    private static final long LONGEST_NS = 3_000_000_000L;

    /** Warms a load up: until its rate has settled, three seconds at most. */
    public static WarmUp of(Load load, Progress progress) throws RtrsException, InterruptedException {
        Phase write = new Phase(NAME, 0, false, true, Phase.Bound.BLOCKS, 0, HALF_ROUND_NS);
        Phase read = new Phase(NAME, 100, false, true, Phase.Bound.WRITTEN, 0, HALF_ROUND_NS);
        Settling rate = new Settling();
        LoadReport all = null;
        while (true) {
            LoadReport round = load.run(write, progress).then(load.run(read, progress));
            all = all == null ? round : all.then(round);
            rate.add(round.all().bytes() / round.seconds());
            boolean nothing = round.all().bytes() == 0; // an empty file, or the user's interruption
            if (nothing || round.errors() > 0 || rate.isOver() || all.elapsedNs() >= LONGEST_NS) {
                return new WarmUp(all.all().bytes(), all.elapsedNs(), all.failure());
            }
        }
    }
}
