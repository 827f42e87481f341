package io.rtrs.cli;

import io.rtrs.cli.load.LoadReport;
import io.rtrs.cli.load.Timeline;
import io.rtrs.cli.report.Report;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The files that {@code io} writes at its end. <b>Threading:</b> one thread. */
final class IoFiles implements AutoCloseable {
    private static final double NS_PER_US = 1000;

    private @Nullable ResultFile percentiles;
    private @Nullable ResultFile page;

    private IoFiles() {}

    /** Opens those that are asked for, or none. */
    static IoFiles open(CommandLine command, @Nullable Path hgrm, @Nullable Path report) throws IOException {
        if (hgrm != null
                && report != null
                && hgrm.toAbsolutePath()
                        .normalize()
                        .equals(report.toAbsolutePath().normalize())) {
            throw Arguments.wrong(command, "--report", report, "is the file of --hgrm too");
        }
        IoFiles files = new IoFiles();
        try {
            files.percentiles = hgrm == null ? null : ResultFile.open(command, "--hgrm", hgrm);
            files.page = report == null ? null : ResultFile.open(command, "--report", report);
            return files;
        } catch (RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /** Writes them. */
    void write(Report report) throws IOException {
        if (percentiles != null) {
            percentiles.write(percentiles(report.figures()));
        }
        if (page != null) {
            page.write(report.html());
        }
    }

    /** HdrHistogram's own format, in microseconds. */
    static String percentiles(LoadReport figures) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrintStream to = new PrintStream(text, false, StandardCharsets.UTF_8);
        figures.all().latencyNs().outputPercentileDistribution(to, NS_PER_US);
        to.flush();
        return text.toString(StandardCharsets.UTF_8);
    }

    /** The timeline that the page needs; null if there is none. */
    @Nullable
    Timeline timeline() {
        return page == null ? null : new Timeline();
    }

    @Override
    public void close() throws IOException {
        ResultFile first = percentiles;
        ResultFile second = page;
        try {
            if (first != null) {
                first.close();
            }
        } finally {
            if (second != null) {
                second.close();
            }
        }
    }
}
