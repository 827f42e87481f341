package io.rtrs.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

class ProgressTest {
    private final StringWriter written = new StringWriter();

    private Progress progress(Progress.Style style) {
        return new Progress(new PrintWriter(written), style, 80, 0);
    }

    @Test
    void aBarStaysOnItsLineAndIsTakenAway() {
        Progress progress = progress(Progress.Style.BAR);
        progress.show("write", 0.5, 1 << 20, 1);
        assertThat(written.toString())
                .startsWith("\r")
                .contains("write   [###############---------------]  50 %  1.00 MiB/s")
                .doesNotContain("\n");
        progress.clear();
        assertThat(written.toString()).endsWith("\r\033[K");
    }

    @Test
    void aBarIsNeverLongerThanFullNorShorterThanEmpty() {
        Progress progress = progress(Progress.Style.BAR);
        progress.show("a", 1.7, 0, 1);
        progress.show("b", -0.5, 0, 1);
        assertThat(written.toString()).contains("100 %").contains("  0 %").doesNotContain("170");
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 21, 30, 40, 41, 58, 59, 80, 300})
    void aBarFitsItsTerminalWhateverItsWidth(int columns) {
        for (String what : List.of("write", "verify", "randwrite")) {
            for (double rate : new double[] {0, 1023 << 20, 1e15}) {
                written.getBuffer().setLength(0);
                new Progress(new PrintWriter(written), Progress.Style.BAR, columns, 0).show(what, 1, rate, 1);
                String line = written.toString().replaceAll("\r|\033\\[[?0-9]*[A-Za-z]", "");
                assertThat(line).hasSizeLessThan(columns).contains("100 %").contains("B/s");
                assertThat(written.toString()).contains("\033[?7l").endsWith("\033[?7h");
            }
        }
    }

    @Test
    void aNarrowTerminalHasAShorterBar() {
        new Progress(new PrintWriter(written), Progress.Style.BAR, 40, 0).show("write", 0.5, 1 << 20, 1);
        assertThat(written.toString()).contains("write   [#####------]  50 %  1.00 MiB/s");
    }

    @Test
    void linesComeEveryFiveSeconds() {
        Progress progress = progress(Progress.Style.LINES);
        for (long second = 1; second <= 11; second++) {
            progress.show("read", second / 20.0, 0, second * 1_000_000_000L);
        }
        progress.clear();
        assertThat(written.toString().lines()).containsExactly("read: 25 %, 0 B/s", "read: 50 %, 0 B/s");
    }

    @Test
    void wordsStandWhereTheRateStandsElse() {
        progress(Progress.Style.BAR).show("write", 0.5, "no answer for 12 s", 1);
        assertThat(written.toString()).contains("]  50 %  no answer for 12 s");
        progress(Progress.Style.LINES).show("write", 0.5, "no answer for 12 s", 5_000_000_000L);
        assertThat(written.toString()).contains("write: 50 %, no answer for 12 s");
    }

    @Test
    void withoutProgressNothingIsWritten() {
        Progress progress = progress(Progress.Style.NONE);
        progress.show("read", 0.5, 1, Long.MAX_VALUE);
        progress.clear();
        assertThat(written.toString()).isEmpty();
    }
}
