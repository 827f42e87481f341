package io.rtrs.bench.connections;

import io.rtrs.bench.rounds.Better;
import io.rtrs.bench.rounds.Outcome;
import io.rtrs.bench.rounds.Outcomes;
import io.rtrs.bench.rounds.Spread;

import java.util.ArrayList;
import java.util.List;

/**
 * The matrix in Markdown: for each way of waiting a row for each number of threads and a column for each number of
 * connections. A cell holds requests a second and the p99, each as the median and the worst of the rounds, and how many times
 * as fast it was as one connection that waits alike.
 */
final class MatrixTables {
    private final Outcomes<Setting> outcomes;
    private final List<String> waits;
    private final List<Integer> connections;
    private final List<Integer> threads;
    private final int depth;

    MatrixTables(
            Outcomes<Setting> outcomes,
            List<String> waits,
            List<Integer> connections,
            List<Integer> threads,
            int depth) {
        this.outcomes = outcomes;
        this.waits = waits;
        this.connections = connections;
        this.threads = threads;
        this.depth = depth;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (String wait : waits) {
            text.append(table(wait)).append('\n');
        }
        return text + best();
    }

    private String table(String wait) {
        StringBuilder text = new StringBuilder("| wait: ").append(wait);
        for (int number : connections) {
            String title = new Setting(wait, number, 1).connectionsTitle();
            text.append(" | ").append(title).append(": IO/s | p99 µs");
            if (number != 1 && connections.contains(1)) {
                text.append(" | × 1 connection");
            }
        }
        text.append(" |\n|---").append("|--:".repeat(columns())).append("|\n");
        for (int number : threads) {
            text.append("| ").append(new Setting(wait, 1, number).threadsTitle(depth));
            cells(wait, number).forEach(cell -> text.append(" | ").append(cell));
            text.append(" |\n");
        }
        return text.toString();
    }

    private int columns() {
        int ratios = connections.contains(1) ? connections.size() - 1 : 0;
        return 2 * connections.size() + ratios;
    }

    private List<String> cells(String wait, int submitters) {
        List<String> cells = new ArrayList<>();
        Setting one = new Setting(wait, 1, submitters);
        for (int number : connections) {
            Setting setting = new Setting(wait, number, submitters);
            cells.add(outcomes.spread(setting, Outcome::perSecond, Better.MORE).text("%,.0f"));
            cells.add(outcomes.spread(setting, Outcome::p99Us, Better.LESS).text("%,.0f"));
            if (number != 1 && connections.contains(1)) {
                cells.add(Spread.ratios(outcomes.ratios(setting, one)));
            }
        }
        return cells;
    }

    /** What a user gets who chooses nothing, beside the best that he could choose for a busy session. */
    private String best() {
        Setting nothingChosen = new Setting(Setting.DEFAULT, Setting.DEFAULT_CONNECTIONS, Setting.ASYNC);
        StringBuilder text = new StringBuilder();
        for (int number : threads) {
            Setting ours = new Setting(nothingChosen.waiting(), nothingChosen.connections(), number);
            double[] ratios = outcomes.ratios(ours, new Setting("spin", 1, number));
            if (ratios.length > 0) {
                text.append("Defaults against one spinning connection, ")
                        .append(ours.threadsTitle(depth))
                        .append(": ")
                        .append(Spread.ratios(ratios))
                        .append(" times as fast.\n");
            }
        }
        return text.toString();
    }
}
