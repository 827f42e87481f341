package io.rtrs.bench.paths;

import io.rtrs.bench.rounds.Better;
import io.rtrs.bench.rounds.Outcome;
import io.rtrs.bench.rounds.Outcomes;
import io.rtrs.bench.rounds.Spread;
import io.rtrs.client.MultipathPolicy;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A table in Markdown for each part. Cells hold the median and the worst of the rounds; ratios are of IO/s of the same round,
 * as their median, the lowest and the highest.
 */
final class PathsTables {
    private final Outcomes<Setting> outcomes;
    private final int depth;
    private final String rate;

    PathsTables(Outcomes<Setting> outcomes, int depth, String rate) {
        this.outcomes = outcomes;
        this.depth = depth;
        this.rate = rate;
    }

    String text(List<Part> parts) {
        return parts.stream().map(this::table).collect(Collectors.joining("\n"));
    }

    private String table(Part part) {
        return switch (part) {
            case PATHS -> paths();
            case POLICIES ->
                rows(
                        part,
                        "4 KiB writes, depth " + depth + ", the first of 2 paths at " + rate,
                        Setting.policy(Route.BOTH, MultipathPolicy.ROUND_ROBIN, depth));
            case SUBMITTERS -> rows(part, "4 KiB writes, 2 paths", Setting.threads(Setting.USUAL_THREADS));
        };
    }

    private String paths() {
        StringBuilder text = new StringBuilder("| depth ")
                .append(depth)
                .append(" | 1 path: IO/s | p50 µs | p99 µs | 2 paths: IO/s | p50 µs | p99 µs | × 1 path |\n")
                .append("|---|--:|--:|--:|--:|--:|--:|--:|\n");
        for (Setting two : Setting.of(Part.PATHS, depth)) {
            if (two.route() == Route.BOTH) {
                Setting one = Setting.paths(Route.FIRST, two.pattern(), two.blockSize(), depth);
                text.append(row(two.kind(), figures(one), figures(two), ratio(two, one)));
            }
        }
        return text.toString();
    }

    private String rows(Part part, String title, Setting usual) {
        StringBuilder text = new StringBuilder("| ")
                .append(title)
                .append(" | IO/s | p50 µs | p99 µs | × ")
                .append(usual.title())
                .append(" |\n|---|--:|--:|--:|--:|\n");
        for (Setting setting : Setting.of(part, depth)) {
            text.append(row(setting.title(), figures(setting), ratio(setting, usual)));
        }
        return text.toString();
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private String figures(Setting setting) {
        return String.join(
                " | ",
                outcomes.spread(setting, Outcome::perSecond, Better.MORE).text("%,.0f"),
                outcomes.spread(setting, Outcome::p50Us, Better.LESS).text("%,.0f"),
                outcomes.spread(setting, Outcome::p99Us, Better.LESS).text("%,.0f"));
    }

    private String ratio(Setting setting, Setting usual) {
        return setting.equals(usual) ? "1" : Spread.ratios(outcomes.ratios(setting, usual));
    }
}
