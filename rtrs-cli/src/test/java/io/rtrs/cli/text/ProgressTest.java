package io.rtrs.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;

class ProgressTest {
    private final StringWriter written = new StringWriter();

    private Progress progress(Progress.Style style) {
        return new Progress(new PrintWriter(written), style, 0);
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
    void withoutProgressNothingIsWritten() {
        Progress progress = progress(Progress.Style.NONE);
        progress.show("read", 0.5, 1, Long.MAX_VALUE);
        progress.clear();
        assertThat(written.toString()).isEmpty();
    }
}
