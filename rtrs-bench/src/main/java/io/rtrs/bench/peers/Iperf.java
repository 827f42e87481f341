package io.rtrs.bench.peers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** iperf3 over TCP with buffers of 128 KiB: what a C program gets that does nothing with the data. */
final class Iperf {
    private static final Pattern RECEIVED =
            Pattern.compile("\"sum_received\".*?\"bits_per_second\":\\s*([0-9.e+]+)", Pattern.DOTALL);

    private Iperf() {}

    /** Whether the program is there. */
    static boolean isInstalled() throws InterruptedException {
        try {
            return new ProcessBuilder("iperf3", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Bytes per second to the server, or from it if {@code reverse}. */
    static double bytesPerSecond(int port, double warmUp, double seconds, boolean reverse)
            throws IOException, InterruptedException {
        long limit = (long) (warmUp + seconds) + 20;
        String limitText = Long.toString(limit);
        // A limit of time of their own, so that they end even where this process is killed.
        Process server = new ProcessBuilder(
                        "timeout", limitText, "iperf3", "-s", "-1", "-B", "127.0.0.1", "-p", Integer.toString(port))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            TimeUnit.MILLISECONDS.sleep(500);
            List<String> command = new java.util.ArrayList<>(List.of(
                    "timeout", limitText, "iperf3", "-c", "127.0.0.1", "-p", Integer.toString(port), "-l", "128K"));
            command.addAll(List.of("-J", "-t", whole(seconds), "-O", whole(warmUp)));
            if (reverse) {
                command.add("-R");
            }
            Process client = new ProcessBuilder(command).start();
            String json = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            client.waitFor();
            Matcher found = RECEIVED.matcher(json);
            if (!found.find()) {
                throw new IOException("iperf3 said: " + json.strip());
            }
            return Double.parseDouble(found.group(1)) / 8;
        } finally {
            server.destroy();
        }
    }

    private static String whole(double seconds) {
        return String.format(Locale.ROOT, "%d", Math.max(1, Math.round(seconds)));
    }
}
