package io.rtrs.sim.swarm;

import io.rtrs.sim.world.Trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Plays many random worlds, or one of them again.
 *
 * <p><b>Threading:</b> each world in one thread; several at once.
 */
public final class Swarm {
    private final AtomicLong next;
    private final long end;
    private final int threads;
    private final boolean stopsAtFirst;
    private final ConcurrentLinkedQueue<RandomWorld.Outcome> broken = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;
    private volatile long untilNs = Long.MAX_VALUE;

    // Guarded by this.
    private final Map<String, Long> totals = new TreeMap<>();
    private final Map<String, Long> errors = new TreeMap<>();
    private final Map<String, Long> warnings = new TreeMap<>();
    private long played;

    /** A swarm of the seeds from {@code first} on. */
    public Swarm(long first, long seeds, int threads, boolean stopsAtFirst) {
        this.next = new AtomicLong(first);
        this.end = first + seeds;
        this.threads = threads;
        this.stopsAtFirst = stopsAtFirst;
    }

    /** Begins no seed later than that from now on. */
    public void limit(long seconds) {
        untilNs = System.nanoTime() + seconds * 1_000_000_000;
    }

    private boolean isOutOfTime() {
        return untilNs != Long.MAX_VALUE && System.nanoTime() - untilNs > 0;
    }

    /** Plays them all, or until the first that breaks a rule. */
    public void play() throws InterruptedException {
        List<Thread> players = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            players.add(Thread.ofPlatform().name("swarm-" + i).start(this::playSome));
        }
        for (Thread player : players) {
            player.join();
        }
    }

    private void playSome() {
        for (long seed = next.getAndIncrement();
                seed < end && !stopped && !isOutOfTime();
                seed = next.getAndIncrement()) {
            RandomWorld.Outcome outcome = RandomWorld.play(seed, new Trace(null));
            add(outcome);
            if (outcome.broken() != null) {
                broken.add(outcome);
                stopped = stopsAtFirst;
            }
        }
    }

    private synchronized void add(RandomWorld.Outcome outcome) {
        played++;
        total("virtual seconds", outcome.timeNs() / 1_000_000_000);
        total("turns", outcome.turns());
        total("requests answered", outcome.done());
        total("requests failed", outcome.failed());
        total("packets", outcome.packets());
        outcome.troubles().forEach((kind, count) -> total("trouble " + kind, count));
        outcome.faults().forEach((kind, count) -> total("packets " + kind, count));
        outcome.counts().forEach(this::total);
        outcome.errors().forEach((text, count) -> errors.merge(text, count, Long::sum));
        outcome.warnings().forEach((text, count) -> warnings.merge(text, count, Long::sum));
    }

    private void total(String what, long count) {
        totals.merge(what, count, Long::sum);
    }

    /** Worlds that broke a rule, by their seed. */
    public List<RandomWorld.Outcome> broken() {
        return broken.stream()
                .sorted(java.util.Comparator.comparingLong(RandomWorld.Outcome::seed))
                .toList();
    }

    /** How many were played. */
    public synchronized long played() {
        return played;
    }

    /** What happened in all of them, counted. */
    public synchronized Map<String, Long> totals() {
        return new TreeMap<>(totals);
    }

    /** What the library warned of, without its numbers. */
    public synchronized Map<String, Long> warnings() {
        return new TreeMap<>(warnings);
    }

    /** What the library logged as an error, without its numbers. */
    public synchronized Map<String, Long> errors() {
        return new TreeMap<>(errors);
    }
}
