package io.rtrs.cli.attach;

import io.rtrs.cli.text.Sizes;
import io.rtrs.verbs.Counter;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.ObjectName;

/**
 * What is seen of a process, as lines for people; with an earlier look, what happened in between by the second.
 *
 * <p><b>Threading:</b> immutable.
 */
public final class StatText {
    /** What may move the cursor, or the text that follows. */
    private static final String UNPRINTABLE = "\\p{C}";

    private final List<Bean> now;
    private final Map<ObjectName, Bean> earlier;
    private final double seconds;

    /**
     * The text of a look.
     *
     * @param before an earlier look, or null for totals
     * @param seconds between the two
     */
    public StatText(List<Bean> now, @Nullable List<Bean> before, double seconds) {
        this.now = now;
        this.earlier = before == null ? Map.of() : before.stream().collect(Collectors.toMap(Bean::name, bean -> bean));
        this.seconds = before == null ? 0 : seconds;
    }

    /** Lines of at most so many characters. */
    public List<String> lines(int width) {
        List<String> lines = new ArrayList<>();
        for (Bean bean : now) {
            switch (bean.type()) {
                case "ClientSession" -> {
                    title(
                            lines,
                            width,
                            "session \"" + bean.key("session") + "\", " + bean.text("provider") + ", "
                                    + bean.number("paths_connected") + " of " + bean.number("paths") + " paths up, "
                                    + bean.number("in_flight") + " in flight, "
                                    + bean.text("mpath_policy"));
                    lines.addAll(clientPaths(bean).lines(width));
                }
                case "Server" -> {
                    String refused = bean.text("refused_by_errno");
                    title(
                            lines,
                            width,
                            "server on " + bean.key("listen") + ", " + bean.text("provider") + ", "
                                    + bean.number("sessions") + " sessions, " + bean.number("paths")
                                    + " paths, refused "
                                    + (refused.isEmpty() ? "0" : refused));
                    lines.addAll(serverPaths(bean).lines(width));
                }
                case "Provider" -> counted(bean).ifPresent(text -> title(lines, width, text));
                default -> {}
            }
        }
        return lines;
    }

    /** What explains slow requests, if it happened. */
    private static Optional<String> counted(Bean provider) {
        String causes = Stream.of(
                        Counter.RETRANSMISSIONS, Counter.TIMEOUTS, Counter.RECEIVE_OVERFLOW, Counter.SOCKET_FULL)
                .filter(name -> provider.number(name) > 0)
                .map(name -> name + " " + provider.number(name))
                .collect(Collectors.joining(", "));
        return causes.isEmpty() ? Optional.empty() : Optional.of(provider.text("name") + " counted " + causes);
    }

    private static void title(List<String> lines, int width, String text) {
        if (!lines.isEmpty()) {
            lines.add("");
        }
        String printable = text.replaceAll(UNPRINTABLE, "?");
        lines.add(printable.length() <= width ? printable : printable.substring(0, Math.max(0, width - 1)) + "…");
    }

    private Columns clientPaths(Bean session) {
        Columns table = new Columns(
                "PATH",
                "STATE",
                "IO/s",
                "B/s",
                "LATENCY",
                "IN FLIGHT",
                "FAILOVERS",
                "RECONNECTS",
                "FAILED",
                "READS",
                "WRITES",
                "DEVICE",
                "LAST ERROR");
        for (Bean path : now) {
            if (path.type().equals("ClientPath") && path.key("session").equals(session.key("session"))) {
                table.row(
                        path.text("name"),
                        path.text("path_state").toLowerCase(Locale.ROOT),
                        rate(path, "reads", "writes"),
                        byteRate(path),
                        latency(path.number("latency_ns")),
                        String.valueOf(path.number("in_flight")),
                        String.valueOf(path.number("failovers")),
                        String.valueOf(path.number("reconnects_ok")),
                        String.valueOf(path.number("reconnects_failed")),
                        String.valueOf(path.number("reads")),
                        String.valueOf(path.number("writes")),
                        path.text("hca_name"),
                        path.text("last_error").replaceAll(UNPRINTABLE, "?"));
            }
        }
        return table;
    }

    private Columns serverPaths(Bean server) {
        Columns table =
                new Columns("PATH", "STATE", "IO/s", "B/s", "SESSION", "READS", "WRITES", "CONNECTIONS", "DEVICE");
        for (Bean path : now) {
            if (path.type().equals("ServerPath") && path.key("listen").equals(server.key("listen"))) {
                table.row(
                        path.text("name"),
                        path.text("path_state").toLowerCase(Locale.ROOT),
                        rate(path, "reads", "writes"),
                        byteRate(path),
                        Columns.shorten(path.text("session").replaceAll(UNPRINTABLE, "?"), 24),
                        String.valueOf(path.number("reads")),
                        String.valueOf(path.number("writes")),
                        String.valueOf(path.number("connections")),
                        path.text("hca_name"));
            }
        }
        return table;
    }

    /** By the second; {@code -} without an earlier look at the same. */
    private String rate(Bean path, String... attributes) {
        double rate = perSecond(path, attributes);
        return rate < 0 ? "-" : String.format(Locale.ROOT, rate < 10 ? "%.1f" : "%.0f", rate);
    }

    private String byteRate(Bean path) {
        double rate = perSecond(path, "read_bytes", "write_bytes");
        return rate < 0 ? "-" : Sizes.rounded((long) rate);
    }

    private double perSecond(Bean path, String... attributes) {
        Bean before = earlier.get(path.name());
        if (before == null || seconds <= 0) {
            return -1;
        }
        long sum = 0;
        for (String attribute : attributes) {
            sum += path.number(attribute) - before.number(attribute);
        }
        return Math.max(0, sum / seconds); // somebody may have set the counters back
    }

    private static String latency(long ns) {
        return ns == 0 ? "-" : ns < 10_000_000 ? ns / 1000 + " us" : ns / 1_000_000 + " ms";
    }
}
