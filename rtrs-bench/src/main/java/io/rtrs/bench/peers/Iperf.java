package io.rtrs.bench.peers;

import io.rtrs.bench.network.Place;
import io.rtrs.bench.peers.work.Shape;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** iperf3 over TCP with buffers of 128 KiB: what a C program gets that does nothing with the data. */
final class Iperf implements Contender {
    private static final String PROGRAM = "iperf3";
    private static final Pattern RECEIVED =
            Pattern.compile("\"sum_received\".*?\"bits_per_second\":\\s*([0-9.e+]+)", Pattern.DOTALL);
    /** Of the client, in percent of one processor. */
    static final Pattern HOST_CPU = Pattern.compile("\"host_total\":\\s*([0-9.e+-]+)");

    /** Of the server. */
    static final Pattern REMOTE_CPU = Pattern.compile("\"remote_total\":\\s*([0-9.e+-]+)");

    /** Nothing has to be compiled: TCP's windows are open by then. */
    private static final double WARM_UP_MAX = 2;

    private static final long PATIENCE_S = 20;

    private final Timing timing;

    Iperf(Timing timing) {
        this.timing = timing;
    }

    @Override
    public String option() {
        return PROGRAM;
    }

    @Override
    public String title() {
        return "iperf3 -l 128K";
    }

    @Override
    public boolean isInstalled() {
        return ProgramPair.isInstalled(PROGRAM);
    }

    @Override
    public boolean crossesNetworks() {
        return true;
    }

    /** As many bytes as it can, which is compared with those of the largest load. */
    @Override
    public boolean takes(Shape shape) {
        return shape.blockSize() == Shape.BLOCK_MAX && shape.depth() == Shape.DEPTH_MAX;
    }

    @Override
    public Measured measure(Shape shape, Place place, int port) throws IOException, InterruptedException {
        double warmUp = Math.min(WARM_UP_MAX, timing.warmUp());
        String portText = Integer.toString(port);
        String server = place.isLoopback() ? "127.0.0.1" : place.server();
        List<String> client = new ArrayList<>(List.of(PROGRAM, "-c", server, "-p", portText, "-l", "128K", "-J"));
        client.addAll(List.of("-t", whole(timing.runTime()), "-O", whole(warmUp)));
        if (!shape.write()) {
            client.add("-R");
        }
        long limit = (long) (warmUp + timing.runTime()) + PATIENCE_S;
        String report = new ProgramPair(Map.of(), limit)
                .run(place, List.of(PROGRAM, "-s", "-1", "-B", server, "-p", portText), client, port);
        long buffers = Math.round(bytesPerSecond(report) * timing.runTime() / shape.blockSize());
        return Measured.rate(shape, buffers, timing.runTime())
                .withCpu(cpu(report, HOST_CPU) * timing.runTime(), cpu(report, REMOTE_CPU) * timing.runTime());
    }

    /** What the client's report says that the receiver got. */
    static double bytesPerSecond(String json) throws IOException {
        Matcher found = RECEIVED.matcher(json);
        if (!found.find()) {
            throw new IOException("iperf3 said: " + json.strip());
        }
        return Double.parseDouble(found.group(1)) / 8;
    }

    /** What part of a processor one end took; NaN if the report does not tell. */
    static double cpu(String json, Pattern end) {
        Matcher found = end.matcher(json);
        return found.find() ? Double.parseDouble(found.group(1)) / 100 : Double.NaN;
    }

    private static String whole(double seconds) {
        return String.format(Locale.ROOT, "%d", Math.max(1, Math.round(seconds)));
    }
}
