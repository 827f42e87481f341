package io.rtrs.bench.connections;

import io.rtrs.bench.network.Place;
import io.rtrs.bench.peers.work.Shape;
import io.rtrs.bench.rounds.Better;
import io.rtrs.bench.rounds.Outcome;
import io.rtrs.bench.rounds.Spread;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Two client processes of one server that write large blocks at the same time: do they get equal shares? */
public final class Sharing {
    private static final BlockKind KIND = new BlockKind(true, Shape.BLOCK_MAX);
    private static final int CLIENTS = 2;

    private final Map<String, List<Shares>> rounds = new LinkedHashMap<>();

    /**
     * Bytes a second of both.
     *
     * @param less of the one that got less
     */
    record Shares(double less, double more) {
        static Shares of(Outcome one, Outcome other) {
            double first = one.perSecond() * KIND.blockSize();
            double second = other.perSecond() * KIND.blockSize();
            return new Shares(Math.min(first, second), Math.max(first, second));
        }

        double ratio() {
            return less / more;
        }
    }

    /** Nothing was measured yet. */
    public Sharing() {}

    /**
     * Measures one round, with processes of its own, of what a user gets who chooses nothing, and of one spinning connection each.
     *
     * @param port at the server's address; the one after it is free too
     * @param rehearsal seconds before the warm-up, for the compilers
     * @return requests that failed
     */
    public long measure(Place place, int port, double rehearsal, double warmUp, double runTime) throws IOException {
        long failed = 0;
        List<String> waits = List.of(Setting.DEFAULT, "spin");
        try (Pair pair = Pair.start(place, waits, port, CLIENTS)) {
            for (String waiting : waits) {
                int connections = waiting.equals(Setting.DEFAULT) ? Setting.DEFAULT_CONNECTIONS : 1;
                pair.runAll(job(waiting, connections, 0, rehearsal));
                List<Outcome> both = pair.runAll(job(waiting, connections, warmUp, runTime));
                add(waiting.equals(Setting.DEFAULT) ? "defaults" : "spinning", both.getFirst(), both.getLast());
                failed += both.stream().mapToLong(Outcome::failed).sum();
            }
        }
        return failed;
    }

    private static Job job(String waiting, int connections, double warmUp, double runTime) {
        return new Job(waiting, connections, Setting.ASYNC, KIND, Shape.DEPTH_MAX, warmUp, runTime);
    }

    void add(String title, Outcome one, Outcome other) {
        Shares shares = Shares.of(one, other);
        rounds.computeIfAbsent(title, t -> new ArrayList<>()).add(shares);
        System.out.printf(
                Locale.ROOT,
                "two clients, RTRS over softroce, %s: %.2f and %.2f GB/s%n",
                title,
                shares.less() / 1e9,
                shares.more() / 1e9);
    }

    /** The table in Markdown; empty if nothing was measured. */
    public String text() {
        if (rounds.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("| Two clients, writes of 128 KiB at depth 32 each");
        text.append(" | GB/s of the slower | of the faster | slower / faster |\n|---|--:|--:|--:|\n");
        rounds.forEach((title, all) -> text.append("| RTRS over softroce, ")
                .append(title)
                .append(" | ")
                .append(cell(all, shares -> shares.less() / 1e9))
                .append(" | ")
                .append(cell(all, shares -> shares.more() / 1e9))
                .append(" | ")
                .append(cell(all, Shares::ratio))
                .append(" |\n"));
        return text.toString();
    }

    private static String cell(List<Shares> all, ToDoubleFunction<Shares> figure) {
        return Spread.of(all.stream().mapToDouble(figure), Better.MORE).text("%.2f");
    }
}
