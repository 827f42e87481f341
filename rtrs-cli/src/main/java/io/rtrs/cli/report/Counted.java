package io.rtrs.cli.report;

import io.rtrs.cli.text.Json;
import io.rtrs.verbs.Counter;
import io.rtrs.verbs.CounterSnapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a run's provider counted, as people and programs read it. */
public final class Counted {
    private static final String PEER_NOT_READY = "peer_not_ready";
    private static final String DAMAGED = "bad_icrc";
    private static final String REFUSED = "link_packets_refused";
    private static final String TRUNCATED = "link_truncated";
    private static final String MISDIRECTED_LOST = "misdirected_lost";

    private Counted() {}

    /** What explains that a run was slow, in a sentence; empty if nothing that was counted does. */
    public static Optional<String> causes(CounterSnapshot run) {
        List<String> causes = new ArrayList<>();
        long again = run.count(Counter.RETRANSMISSIONS);
        long timeouts = run.count(Counter.TIMEOUTS);
        add(causes, again, "retransmission");
        add(causes, timeouts, "timeout");
        add(causes, run.count(PEER_NOT_READY), "wait", " for the peer to post a receive (RNR)");
        add(causes, run.count(Counter.SOCKET_FULL), "send", " that found the socket full");
        add(
                causes,
                run.count(Counter.RECEIVE_OVERFLOW),
                "datagram",
                " lost here by a full receive buffer (the sysctl" + " net.core.rmem_max bounds it)");
        add(
                causes,
                run.count(MISDIRECTED_LOST),
                "packet",
                " lost here because too many came to another socket than their queue pair's");
        add(causes, run.count(TRUNCATED), "reception", " dropped here, longer than a buffer");
        add(causes, run.count(REFUSED), "packet", " refused by the kernel");
        add(causes, run.count(DAMAGED), "packet", " damaged on the way");
        return causes.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", causes));
    }

    private static void add(List<String> causes, long count, String what) {
        add(causes, count, what, "");
    }

    private static void add(List<String> causes, long count, String what, String more) {
        if (count > 0) {
            causes.add(String.format(Locale.ROOT, "%,d %s%s%s", count, what, count == 1 ? "" : "s", more));
        }
    }

    /** A line for each counter that is not 0: its name, its value, what it means. */
    public static String table(CounterSnapshot run) {
        StringBuilder table = new StringBuilder();
        run.values().forEach((counter, value) -> {
            if (value != 0) {
                table.append(String.format(
                        Locale.ROOT, "  %-24s %14s  %s%n", counter.name(), text(counter, value), counter.meaning()));
            }
        });
        return table.toString();
    }

    private static String text(Counter counter, long value) {
        String number = String.format(Locale.ROOT, "%,d", value);
        return counter.kind() == Counter.Kind.TOTAL ? number : number + " " + counter.unit();
    }

    /** All of them, by name. */
    public static Json json(CounterSnapshot run) {
        Json json = new Json();
        run.values().forEach((counter, value) -> json.put(counter.name(), value));
        return json;
    }
}
