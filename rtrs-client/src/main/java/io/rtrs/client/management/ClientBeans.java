package io.rtrs.client.management;

import io.rtrs.client.ClientPath;
import io.rtrs.client.ClientSession;
import io.rtrs.client.path.Path;
import io.rtrs.client.session.Observed;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.management.BeanSet;
import io.rtrs.core.management.ManagedBean;
import io.rtrs.core.management.ProviderBeans;
import io.rtrs.core.stats.PathCounter;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import javax.management.ObjectName;

/**
 * The beans of a session and its paths, as long as there are these.
 *
 * <p><b>Threading:</b> any thread.
 */
public final class ClientBeans {
    private static final String SESSION = "ClientSession";
    private static final String PATH = "ClientPath";

    private static final List<PathCounter> RDMA = List.of(
            PathCounter.READS,
            PathCounter.READ_BYTES,
            PathCounter.WRITES,
            PathCounter.WRITE_BYTES,
            PathCounter.FAILOVERS);

    private static final List<PathCounter> RECONNECTS =
            List.of(PathCounter.RECONNECTS_OK, PathCounter.RECONNECTS_FAILED);

    private final ClientSession session;
    private final BeanSet beans;
    private final String key;
    private final ManagedBean sessionBean;

    private ClientBeans(ClientSession session, String providerName) {
        this.session = session;
        this.beans = new BeanSet(session.toString());
        this.sessionBean = describe(session, providerName);
        // The kernel refuses a second session of the same name; here it is told apart by its identity.
        this.key = beans.claim(BeanSet.name(SESSION, "session", session.name()), sessionBean)
                ? session.name()
                : session.name() + "#" + session.uuid();
    }

    /** Shows a session until it is closed. */
    public static void show(ClientSession session) {
        if (!(session instanceof Observed observed)) {
            throw new IllegalArgumentException(session + " is no session of this library");
        }
        ClientBeans shown = new ClientBeans(session, observed.provider().name());
        ProviderBeans.use(observed.provider());
        observed.observe(shown::refresh, () -> {
            shown.beans.close();
            ProviderBeans.leave(observed.provider());
        });
        shown.refresh();
    }

    private void refresh() {
        beans.show(this::now);
    }

    private Map<ObjectName, ManagedBean> now() {
        Map<ObjectName, ManagedBean> now = new HashMap<>();
        now.put(BeanSet.name(SESSION, "session", key), sessionBean);
        for (ClientPath path : session.paths()) {
            if (path instanceof Path own) {
                now.put(BeanSet.name(PATH, "session", key, "path", own.name()), describe(session, own));
            }
        }
        return now;
    }

    private static long sum(ClientSession session, ToLongFunction<ClientPath> of) {
        return session.paths().stream().mapToLong(of).sum();
    }

    private static ManagedBean describe(ClientSession session, String providerName) {
        return new ManagedBean("A session of the RTRS client.")
                .text("name", "What the server knows it by.", session::name)
                .text("uuid", "Its identity.", () -> session.uuid().toString())
                .text("provider", "The verbs that it uses.", () -> providerName)
                .text(
                        "max_reconnect_attempts",
                        "So many attempts to reconnect a path may fail in a row, -1 to 9999; -1 is no limit.",
                        () -> String.valueOf(session.reconnectAttemptsMax()),
                        value -> session.setReconnectAttemptsMax(number(value)))
                .text(
                        "mpath_policy",
                        "How requests choose a path: write a name, its short form, or its number.",
                        () -> PolicyText.print(session.policy()),
                        value -> session.setPolicy(PolicyText.parse(value)))
                .text(
                        "add_path",
                        "Write [source@]destination to add a path; it is up when this returns.",
                        () -> "write [<source addr>@]<destination addr> to add_path",
                        session::addPath)
                .number(
                        "paths",
                        "How many paths there are.",
                        () -> session.paths().size())
                .number(
                        "paths_connected",
                        "How many of them can take requests.",
                        () -> sum(session, path -> path.isConnected() ? 1 : 0))
                .number("in_flight", "Requests under way.", () -> sum(session, ClientPath::inFlight))
                .number("waiting", "Requests that wait for a path.", session::waiting)
                .number("selector_faults", "How often a user's path selector failed.", session::selectorFaults);
    }

    private static int number(String text) throws RtrsException {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new RtrsException(Errno.EINVAL, text + " is no number", e);
        }
    }

    private static ManagedBean describe(ClientSession session, Path path) {
        ManagedBean bean = new ManagedBean("A path of a session of the RTRS client.")
                .text("session", "The session's name.", session::name)
                .text(
                        "session_uuid",
                        "The session's identity.",
                        () -> session.uuid().toString())
                .text("name", "Source and destination, as resolved.", path::name)
                .text(
                        "uuid",
                        "Its identity, the same over reconnects.",
                        () -> path.uuid().toString())
                .text("state", "connected or disconnected.", () -> path.isConnected() ? "connected" : "disconnected")
                .text("hca_name", "The RDMA device.", path::deviceName)
                .text("hca_port", "The device's port.", () -> String.valueOf(path.devicePort()))
                .text("src_addr", "The client's address.", path::sourceAddress)
                .text("dst_addr", "The server's address.", path::destinationAddress)
                .text("cur_latency", "The last heartbeat's round trip.", () -> path.heartbeatLatencyNs() + " ns")
                .button(
                        "reconnect",
                        "Write 1 to connect it anew; it is up when this returns.",
                        () -> session.reconnectPath(path))
                .button(
                        "disconnect",
                        "Write 1 to disconnect it until a reconnect is asked for.",
                        () -> session.disconnectPath(path))
                .button("remove_path", "Write 1 to disconnect and remove it.", () -> session.removePath(path))
                .resettable(
                        "rdma",
                        "Reads, their bytes, writes, their bytes, requests under way, failovers; writing 1 sets them to"
                                + " 0, but not those under way.",
                        () -> rdma(path),
                        () -> path.reset(RDMA))
                .resettable(
                        "reconnects",
                        "Reconnects that succeeded, and that failed; writing 1 sets" + " them to 0.",
                        () -> reconnects(path),
                        () -> path.reset(RECONNECTS))
                .button("reset_all", "Write 1 to set all that is counted to 0.", path::resetCounters);
        return addNumbers(bean, path);
    }

    private static ManagedBean addNumbers(ManagedBean bean, Path path) {
        bean.text("path_state", "Where exactly it stands.", () -> path.state().name())
                .text(
                        "last_error",
                        "When and why it broke or could not be connected the last time; path_state says what holds now.",
                        path::lastErrorText)
                .number("latency_ns", "The last heartbeat's round trip.", path::heartbeatLatencyNs)
                .number("in_flight", "Requests under way.", path::inFlight)
                .number("stray_messages", "Messages that made no sense and were ignored.", path::strayMessages);
        for (PathCounter counter : PathCounter.values()) {
            if (counter != PathCounter.IN_FLIGHT) {
                bean.number(counter.name().toLowerCase(Locale.ROOT), counter.sentence(), () -> path.counter(counter));
            }
        }
        return bean;
    }

    private static String rdma(Path path) {
        return path.counter(PathCounter.READS) + " " + path.counter(PathCounter.READ_BYTES) + " "
                + path.counter(PathCounter.WRITES) + " " + path.counter(PathCounter.WRITE_BYTES) + " "
                + path.inFlight() + " " + path.counter(PathCounter.FAILOVERS);
    }

    private static String reconnects(Path path) {
        return path.counter(PathCounter.RECONNECTS_OK) + " " + path.counter(PathCounter.RECONNECTS_FAILED);
    }
}
