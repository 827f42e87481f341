package io.rtrs.bench.peers;

import io.rtrs.bench.network.Place;
import io.rtrs.bench.peers.work.Shape;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * ucx_perftest over TCP: what a C program gets whose peer does nothing with a message and answers none.
 *
 * <p>Writes are tagged messages, reads are gets. Of one message at a time it measures round trips, and tells half of one:
 * it is doubled here. Of several in flight there is no time from request to answer.
 */
final class Ucx implements Contender {
    private static final String PROGRAM = "ucx_perftest";
    private static final Map<String, String> ENVIRONMENT = Map.of("UCX_TLS", "tcp", "UCX_NET_DEVICES", "lo");
    private static final long CALIBRATE_FIRST = 2_000;
    private static final long ITERATIONS_MAX = 1L << 30;
    private static final int GROWS_BY = 4;
    private static final double CALIBRATE_S = 0.25;
    private static final long PATIENCE_S = 20;

    private final Timing timing;

    Ucx(Timing timing) {
        this.timing = timing;
    }

    @Override
    public String option() {
        return "ucx";
    }

    @Override
    public String title() {
        return "UCX over TCP (ucx_perftest, no answers)";
    }

    @Override
    public boolean isInstalled() {
        return ProgramPair.isInstalled(PROGRAM);
    }

    @Override
    public boolean crossesNetworks() {
        return false;
    }

    /** One get at a time over TCP did not end in its time on busy CPUs. */
    @Override
    public boolean takes(Shape shape) {
        return shape.write() || shape.depth() > 1;
    }

    /** It runs a number of iterations, not a time: a short run says how many, and is its warm-up. */
    @Override
    public Measured measure(Shape shape, Place place, int port) throws IOException, InterruptedException {
        long iterations = CALIBRATE_FIRST;
        UcxReport report = run(shape, port, iterations);
        while (seconds(shape, report) < CALIBRATE_S && iterations < ITERATIONS_MAX) {
            iterations *= GROWS_BY;
            report = run(shape, port, iterations);
        }
        double perSecond = report.iterations() / seconds(shape, report);
        iterations = Math.clamp(Math.round(perSecond * timing.runTime()), 1, ITERATIONS_MAX);
        return measured(shape, run(shape, port, iterations));
    }

    private UcxReport run(Shape shape, int port, long iterations) throws IOException, InterruptedException {
        // The rate that iterations were chosen by may have been a better one.
        long limit = (long) (2 * timing.runTime()) + PATIENCE_S;
        String portText = Integer.toString(port);
        return UcxReport.parse(new ProgramPair(ENVIRONMENT, limit)
                .run(Place.LOOPBACK, List.of(PROGRAM, "-p", portText), client(shape, portText, iterations), port));
    }

    /** The client's command. */
    static List<String> client(Shape shape, String port, long iterations) {
        List<String> command = new ArrayList<>(List.of(PROGRAM, "127.0.0.1", "-p", port, "-f", "-v"));
        if (!shape.write()) {
            command.addAll(List.of("-t", "ucp_get", "-O", Integer.toString(shape.depth())));
        } else if (shape.depth() == 1) {
            command.addAll(List.of("-t", "tag_lat"));
        } else {
            command.addAll(List.of("-t", "tag_bw", "-O", Integer.toString(shape.depth())));
        }
        command.addAll(List.of("-s", Integer.toString(shape.blockSize())));
        command.addAll(List.of("-n", Long.toString(iterations), "-w", Long.toString(iterations / 10 + 1)));
        return command;
    }

    private static double seconds(Shape shape, UcxReport report) {
        return shape.depth() == 1 ? 2 * report.seconds() : report.seconds();
    }

    /** What the table shows of a report. */
    static Measured measured(Shape shape, UcxReport report) {
        Measured rate = Measured.rate(shape, report.iterations(), seconds(shape, report));
        return shape.depth() == 1 ? rate.withP50Us(2 * report.medianUs()) : rate;
    }
}
