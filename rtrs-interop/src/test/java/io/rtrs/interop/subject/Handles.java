package io.rtrs.interop.subject;

import io.rtrs.soft.inprocess.InProcessProvider;
import io.rtrs.soft.iwarp.driver.SoftIwarpProvider;
import io.rtrs.soft.roce.driver.SoftRoceProvider;
import io.rtrs.verbs.VerbsProvider;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts the verbs objects that exist. */
final class Handles {
    private static final Pattern COUNT = Pattern.compile("\\b(pd|cq|qp|cm_id|mr) (\\d+)");

    private Handles() {}

    /**
     * What exists now; equal to an earlier count if nothing was left behind. The kernel counts for the provider {@code
     * ibverbs}, and nothing but the tests may use its devices then; memory windows it does not count.
     */
    static Object of(VerbsProvider provider) {
        return switch (provider) {
            case InProcessProvider counting -> counting.liveObjects();
            case SoftIwarpProvider counting -> counting.liveObjects();
            case SoftRoceProvider counting -> counting.liveObjects();
            default -> count(rdma("resource", "show"));
        };
    }

    /** The counts of all devices, summed by kind; {@code 0: rxe0: pd 1 cq 1 qp 1 cm_id 0 mr 0 ctx 0 srq 0} is one. */
    static Map<String, Integer> count(String resources) {
        Map<String, Integer> counts = new TreeMap<>();
        Matcher matcher = COUNT.matcher(resources);
        while (matcher.find()) {
            counts.merge(matcher.group(1), Integer.parseInt(matcher.group(2)), Integer::sum);
        }
        if (counts.isEmpty()) {
            throw new IllegalArgumentException("no counts in: " + resources);
        }
        return counts;
    }

    /** Runs iproute2's rdma. */
    private static String rdma(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "rdma";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IOException("rdma ended with " + exit + ": " + printed);
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while rdma ran", e);
        }
    }
}
