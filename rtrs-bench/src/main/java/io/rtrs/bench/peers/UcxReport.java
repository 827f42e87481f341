package io.rtrs.bench.peers;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The final line of {@code ucx_perftest -f -v}.
 *
 * @param iterations messages, or round trips
 * @param medianUs half of the iterations took no longer; half a round trip where round trips are measured
 * @param overallUs the whole time divided by the iterations, halved where round trips are measured
 */
record UcxReport(long iterations, double medianUs, double overallUs) {
    private static final String FIRST = "iterations";
    private static final String MEDIAN = "50.0_percentile_lat";
    private static final String OVERALL = "overall_lat";

    /** Finds the last line of figures under the line of their names, whatever else was printed. */
    static UcxReport parse(String output) throws IOException {
        List<String> names = List.of();
        List<String> figures = List.of();
        for (String line : output.lines().toList()) {
            List<String> cells =
                    Arrays.stream(line.split(",", -1)).map(String::strip).toList();
            if (cells.getFirst().equals(FIRST)) {
                names = cells;
            } else if (cells.size() == names.size() && cells.getFirst().matches("\\d+")) {
                figures = cells;
            }
        }
        if (figures.isEmpty() || !names.contains(MEDIAN) || !names.contains(OVERALL)) {
            throw new IOException("ucx_perftest said: " + output.strip());
        }
        try {
            return new UcxReport(
                    Long.parseLong(figures.getFirst()),
                    Double.parseDouble(figures.get(names.indexOf(MEDIAN))),
                    Double.parseDouble(figures.get(names.indexOf(OVERALL))));
        } catch (NumberFormatException e) {
            throw new IOException("ucx_perftest said: " + output.strip(), e);
        }
    }

    /** The time that the iterations took, one way of each. */
    double seconds() {
        return iterations * overallUs / 1e6;
    }
}
