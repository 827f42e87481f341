package io.rtrs.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.cli.load.LoadReport;
import io.rtrs.cli.load.Timeline.Interval;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The page, and what a browser makes of it. */
class ReportTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String CHROMIUM = "/usr/bin/chromium";
    private static final String NASTY = "</script><script>alert('&')</script><!-- \"\\ \u2028 ü";

    @TempDir
    private Path folder = Path.of("");

    private static LoadReport figures() {
        Histogram latencyNs = new Histogram(SECOND * 600, 3);
        for (int i = 1; i <= 5000; i++) {
            latencyNs.recordValue(20_000L + i * 7L);
        }
        latencyNs.recordValue(80_000_000);
        LoadReport.Side side = new LoadReport.Side(5001, 5001 * 4096L, latencyNs);
        return new LoadReport(side, new LoadReport.Side(0, 0, new Histogram(SECOND * 600, 3)), 0, null, 4 * SECOND);
    }

    /** Forty intervals: one without an answer, one with a slow one, one with repetitions. */
    private static List<Interval> intervals() {
        List<Interval> intervals = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            boolean stall = i == 12;
            intervals.add(new Interval(
                    i * SECOND / 10,
                    SECOND / 10,
                    stall ? 0 : 125 + i,
                    stall ? 0 : (125 + i) * 4096L,
                    stall ? 0 : 30_000 + i * 500L,
                    stall ? 0 : 50_000 + i * 800L,
                    stall ? 0 : i == 20 ? 80_000_000 : 55_000 + i * 1000L,
                    i == 30 ? 3 : 0));
        }
        return intervals;
    }

    private static Report report(List<Interval> intervals, LoadReport figures) {
        return new Report(
                List.of("rtrs", "io", "--report", NASTY),
                "Complete.",
                Map.of("path 1", NASTY),
                figures,
                intervals,
                true);
    }

    @Test
    void whatStandsOutIsMarkedOnceAndInOrder() {
        List<Marks.Mark> marks = Marks.of(intervals(), 54_000);
        assertThat(marks).extracting(Marks.Mark::kind).containsExactly("stall", "slow", "repeated");
        assertThat(marks)
                .extracting(Marks.Mark::text)
                .containsExactly("nothing completed for 100.0 ms", "one request took 80.0 ms", "sent again 3 times");
        assertThat(Marks.of(List.of(), 0)).isEmpty();
    }

    @Test
    void aStallOfSeveralIntervalsIsOne() {
        List<Interval> stalls = new ArrayList<>(intervals());
        stalls.set(13, new Interval(13 * SECOND / 10, SECOND / 10, 0, 0, 0, 0, 0, 0));
        stalls.set(14, new Interval(14 * SECOND / 10, SECOND / 10, 0, 0, 0, 0, 0, 2));
        Marks.Mark stall = Marks.of(stalls, 54_000).getFirst();
        assertThat(stall)
                .isEqualTo(
                        new Marks.Mark(12 * SECOND / 10, 3 * SECOND / 10, "stall", "nothing completed for 300.0 ms"));
    }

    @Test
    void theShortRestAtTheEndIsNoStall() {
        Interval rest = new Interval(SECOND, 1000, 0, 0, 0, 0, 0, 0);
        assertThat(Marks.of(List.of(intervals().getFirst(), rest), 54_000)).isEmpty();
    }

    @Test
    void nothingInTheDataCanEndTheScriptOrLoadSomething() {
        String page = report(intervals(), figures()).html();
        assertThat(page).doesNotContain("alert('&')").doesNotContain("@DATA@").contains("\\u003c/script\\u003e");
        assertThat(Pattern.compile("</script>").matcher(page).results()).hasSize(2);
        assertThat(page).doesNotContainPattern("(?:src|href)=\"(?!data:)").doesNotContain("@import");
    }

    static boolean hasChromium() {
        return Files.isExecutable(Path.of(CHROMIUM));
    }

    /** The page after its script ran, in a window of that width. */
    private String rendered(String html, int width) throws IOException, InterruptedException {
        Path page = Files.writeString(folder.resolve("report.html"), html);
        Path dom = folder.resolve("dom.html");
        Process browser = new ProcessBuilder(
                        CHROMIUM,
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--window-size=" + width + ",900",
                        "--virtual-time-budget=3000",
                        "--dump-dom",
                        page.toUri().toString())
                .redirectOutput(dom.toFile())
                .redirectError(folder.resolve("chromium.log").toFile())
                .start();
        try {
            assertThat(browser.waitFor(180, TimeUnit.SECONDS)).isTrue();
        } finally {
            browser.destroyForcibly();
        }
        return Files.readString(dom);
    }

    private static List<String> attributes(String dom, String pattern) {
        return Pattern.compile(pattern)
                .matcher(dom)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    @EnabledIf(value = "hasChromium", disabledReason = "needs " + CHROMIUM)
    void aBrowserDrawsEverySeriesAndAxisWithoutAnError() throws Exception {
        String dom = rendered(report(intervals(), figures()).html(), 1280);
        assertThat(dom).contains("data-ready=\"true\"").doesNotContain("data-error");
        assertThat(attributes(dom, "data-chart=\"(\\w+)\"")).containsExactly("throughput", "latency", "distribution");
        assertThat(attributes(dom, "data-axis=\"(\\w)\"")).containsExactly("y", "x", "y", "x", "y", "x");
        assertThat(attributes(dom, "data-series=\"(\\w+)\""))
                .containsExactly("throughput", "p50", "p99", "slowest", "percentiles");
        int percentiles = attributes(
                        report(intervals(), figures())
                                .json()
                                .toString()
                                .replaceAll("(?s).*\"percentiles\":\\[(.*?)]].*", "$1"),
                        "(\\[)")
                .size();
        assertThat(attributes(dom, "data-points=\"(\\d+)\""))
                .containsExactly("80", "39", "39", "39", Integer.toString(percentiles));
        assertThat(attributes(dom, "data-kind=\"(\\w+)\""))
                .containsExactly("stall", "slow", "repeated", "stall", "slow", "repeated");
        assertThat(dom).contains("<dd>&lt;/script&gt;&lt;script&gt;alert(");
        assertThat(dom).contains("1.2 s: nothing completed for 100.0 ms");
    }

    @Test
    @EnabledIf(value = "hasChromium", disabledReason = "needs " + CHROMIUM)
    void aRunWithoutAnyRequestIsAPageToo() throws Exception {
        Histogram none = new Histogram(SECOND * 600, 3);
        LoadReport.Side side = new LoadReport.Side(0, 0, none);
        Interval nothing = new Interval(0, SECOND, 0, 0, 0, 0, 0, 0);
        for (List<Interval> intervals : List.of(List.<Interval>of(), List.of(nothing))) {
            String dom = rendered(
                    report(intervals, new LoadReport(side, side, 1, "the server went", SECOND))
                            .html(),
                    500);
            assertThat(dom).contains("data-ready=\"true\"").doesNotContain("data-error");
        }
    }
}
