package io.rtrs.sim.swarm;

import io.rtrs.sim.world.Trace;

import java.io.PrintStream;
import java.util.Map;

/** The command {@code swarm}: plays seeds, prints what happened, and fails if a rule was broken. */
public final class SwarmMain {
    private static final String USAGE = """
            swarm [--seeds N] [--from SEED] [--seconds N] [--threads N] [--keep-going] [--reasons]
                                                                          plays N seeds, 1000 if not said
            swarm --seed SEED [--trace]                                   plays one again, and tells all of it
            """;

    private static final int SHOWN = 20;

    private SwarmMain() {}

    /** Exits with 1 if a rule was broken, with 2 for bad arguments. */
    public static void main(String[] arguments) throws InterruptedException {
        System.exit(run(arguments, System.out));
    }

    static int run(String[] arguments, PrintStream out) throws InterruptedException {
        long seeds = 1000;
        long from = 1;
        long seconds = 0;
        long one = -1;
        int threads = Runtime.getRuntime().availableProcessors();
        boolean trace = false;
        boolean keepGoing = false;
        boolean reasons = false;
        try {
            for (int i = 0; i < arguments.length; i++) {
                switch (arguments[i]) {
                    case "--seeds" -> seeds = Long.parseLong(arguments[++i]);
                    case "--seconds" -> seconds = Long.parseLong(arguments[++i]);
                    case "--from" -> from = Long.parseLong(arguments[++i]);
                    case "--threads" -> threads = Integer.parseInt(arguments[++i]);
                    case "--seed" -> one = Long.parseLong(arguments[++i]);
                    case "--trace" -> trace = true;
                    case "--keep-going" -> keepGoing = true;
                    case "--reasons" -> reasons = true;
                    default -> throw new IllegalArgumentException(arguments[i]);
                }
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            out.print(e.getMessage() + "\n" + USAGE);
            return 2;
        }
        if (one >= 0) {
            return replay(one, trace, out);
        }
        Swarm swarm = new Swarm(from, seeds, threads, !keepGoing);
        if (seconds > 0) {
            swarm.limit(seconds);
        }
        return play(swarm, reasons, out);
    }

    private static int replay(long seed, boolean trace, PrintStream out) {
        RandomWorld.Outcome outcome = RandomWorld.play(seed, new Trace(trace ? out::println : null));
        tell(outcome, out);
        out.println(outcome.errors());
        return outcome.broken() == null ? 0 : 1;
    }

    private static void tell(RandomWorld.Outcome outcome, PrintStream out) {
        out.printf(
                "seed %d: %s%n    %d answered, %d failed, %.3f virtual seconds, trace %016x of %d events%n",
                outcome.seed(),
                outcome.verdict(),
                outcome.done(),
                outcome.failed(),
                outcome.timeNs() / 1e9,
                outcome.hash(),
                outcome.events());
    }

    private static int play(Swarm swarm, boolean reasons, PrintStream out) throws InterruptedException {
        long startNs = System.nanoTime();
        swarm.play();
        double took = (System.nanoTime() - startNs) / 1e9;
        for (Map.Entry<String, Long> total : swarm.totals().entrySet()) {
            out.printf("%14d  %s%n", total.getValue(), total.getKey());
        }
        swarm.errors().forEach((text, count) -> out.printf("%14d  logged: %s%n", count, text));
        if (reasons) {
            swarm.warnings().forEach((text, count) -> out.printf("%14d  warned: %s%n", count, text));
        }
        out.printf(
                "%d seeds, %.1f a second, %d broke a rule%n",
                swarm.played(), swarm.played() / took, swarm.broken().size());
        swarm.broken().stream().limit(SHOWN).forEach(outcome -> tell(outcome, out));
        return swarm.broken().isEmpty() ? 0 : 1;
    }
}
