package io.rtrs.bench.paths;

import io.rtrs.bench.load.LoadOptions.Pattern;
import io.rtrs.client.MultipathPolicy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one figure is about.
 *
 * @param part of which it is
 * @param route the session's paths
 * @param policy how its requests choose one
 * @param pattern of the requests
 * @param blockSize bytes of each
 * @param inFlight how many at once; in {@link Part#SUBMITTERS}, of how many threads that wait for each answer
 */
record Setting(Part part, Route route, MultipathPolicy policy, Pattern pattern, int blockSize, int inFlight) {
    static final int SMALL = 4 << 10;
    static final int LARGE = 128 << 10;

    /** What other numbers of threads are compared with. */
    static final int USUAL_THREADS = 8;

    static final List<Integer> THREADS = List.of(1, 2, 4, USUAL_THREADS, 16, 32, 64);

    /** All of a part, in the order of measuring: those that are compared are next to each other. */
    static List<Setting> of(Part part, int depth) {
        return switch (part) {
            case PATHS -> paths(depth);
            case POLICIES -> policies(depth);
            case SUBMITTERS -> THREADS.stream().map(Setting::threads).toList();
        };
    }

    private static List<Setting> paths(int depth) {
        List<Setting> settings = new ArrayList<>();
        for (int blockSize : new int[] {SMALL, LARGE}) {
            for (Pattern pattern : new Pattern[] {Pattern.WRITE, Pattern.READ}) {
                settings.add(paths(Route.FIRST, pattern, blockSize, depth));
                settings.add(paths(Route.BOTH, pattern, blockSize, depth));
            }
        }
        return settings;
    }

    static Setting paths(Route route, Pattern pattern, int blockSize, int depth) {
        return new Setting(Part.PATHS, route, MultipathPolicy.ROUND_ROBIN, pattern, blockSize, depth);
    }

    /** Each path alone, too: what there is to choose from. */
    private static List<Setting> policies(int depth) {
        List<Setting> settings = new ArrayList<>();
        settings.add(policy(Route.FIRST, MultipathPolicy.ROUND_ROBIN, depth));
        settings.add(policy(Route.SECOND, MultipathPolicy.ROUND_ROBIN, depth));
        for (MultipathPolicy policy : MultipathPolicy.values()) {
            settings.add(policy(Route.BOTH, policy, depth));
        }
        return settings;
    }

    static Setting policy(Route route, MultipathPolicy policy, int depth) {
        return new Setting(Part.POLICIES, route, policy, Pattern.WRITE, SMALL, depth);
    }

    static Setting threads(int threads) {
        return new Setting(Part.SUBMITTERS, Route.BOTH, MultipathPolicy.ROUND_ROBIN, Pattern.WRITE, SMALL, threads);
    }

    /** For people, what tells it from the others of its part. */
    String title() {
        return switch (part) {
            case PATHS -> kind() + (route == Route.BOTH ? ", 2 paths" : ", 1 path");
            case POLICIES -> policyTitle();
            case SUBMITTERS -> inFlight == 1 ? "1 thread" : inFlight + " threads";
        };
    }

    /** For people: {@code 4 KiB writes}. */
    String kind() {
        return String.format(
                Locale.ROOT, "%d KiB %ss", blockSize >> 10, pattern.name().toLowerCase(Locale.ROOT));
    }

    private String policyTitle() {
        return switch (route) {
            case FIRST -> "the slow path alone";
            case SECOND -> "the fast path alone";
            case BOTH -> policy.name().toLowerCase(Locale.ROOT).replace('_', '-');
        };
    }
}
