package io.rtrs.server.management;

import io.rtrs.core.PathStatistics;
import io.rtrs.core.management.BeanSet;
import io.rtrs.core.management.ManagedBean;
import io.rtrs.core.management.ProviderBeans;
import io.rtrs.server.driver.ServerDriver;
import io.rtrs.server.path.Path;
import io.rtrs.server.session.Session;
import io.rtrs.verbs.VerbsProvider;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.management.ObjectName;

/**
 * The beans of a server, its sessions that have a name, and their paths, as long as there are these.
 *
 * <p><b>Threading:</b> any thread.
 */
public final class ServerBeans {
    private static final String SERVER = "Server";

    private final ServerDriver driver;
    private final BeanSet beans;
    private final String key;
    private final ManagedBean serverBean;

    private ServerBeans(ServerDriver driver, VerbsProvider provider) {
        this.driver = driver;
        String listen = addresses(driver.localAddresses());
        this.beans = new BeanSet("the server on " + listen);
        this.serverBean = describe(driver, listen, provider.name());
        this.key = claim(listen);
    }

    /** Shows a server until it is closed. */
    public static void show(ServerDriver driver, VerbsProvider provider) {
        ServerBeans shown = new ServerBeans(driver, provider);
        ProviderBeans.use(provider);
        driver.observe(shown::refresh, () -> {
            shown.beans.close();
            ProviderBeans.leave(provider);
        });
        shown.refresh();
    }

    /** Another provider's server may listen at the same addresses, or one that is still closing. */
    private String claim(String listen) {
        String wanted = listen;
        for (int i = 2; !beans.claim(BeanSet.name(SERVER, "listen", wanted), serverBean); i++) {
            wanted = listen + "#" + i;
        }
        return wanted;
    }

    private void refresh() {
        beans.show(this::now);
    }

    private Map<ObjectName, ManagedBean> now() {
        Map<ObjectName, ManagedBean> now = new HashMap<>();
        now.put(BeanSet.name(SERVER, "listen", key), serverBean);
        for (Session session : driver.sessions()) {
            if (session.name().isEmpty()) {
                continue; // its first path is being made
            }
            now.put(BeanSet.name("ServerSession", "listen", key, "session", session.name()), describe(session));
            for (Path path : session.pathList()) {
                if (path.sessionName() != null) {
                    now.put(
                            BeanSet.name("ServerPath", "listen", key, "session", session.name(), "path", nameOf(path)),
                            describe(session, path));
                }
            }
        }
        return now;
    }

    private static String addresses(List<InetSocketAddress> all) {
        return all.stream()
                .map(address -> text(address.getAddress()) + " port " + address.getPort())
                .collect(Collectors.joining(", "));
    }

    private static String text(InetAddress address) {
        return "ip:" + address.getHostAddress();
    }

    private static String nameOf(Path path) {
        return text(path.clientAddress()) + "@" + text(path.serverAddress());
    }

    private static ManagedBean describe(ServerDriver driver, String listen, String provider) {
        return new ManagedBean("A server of RTRS.")
                .text("listen", "Where it listens.", () -> listen)
                .text("provider", "The verbs that it uses.", () -> provider)
                .number(
                        "sessions",
                        "How many sessions there are.",
                        () -> driver.sessions().size())
                .number(
                        "paths",
                        "How many paths there are, those being made or closed included.",
                        () -> driver.sessions().stream()
                                .mapToLong(session -> session.pathList().size())
                                .sum())
                .number(
                        "refused",
                        "How many connections were refused.",
                        () -> driver.refusedConnections().values().stream()
                                .mapToLong(Long::longValue)
                                .sum())
                .text(
                        "refused_by_errno",
                        "The same for each errno that a client was told.",
                        () -> driver.refusedConnections().entrySet().stream()
                                .map(entry -> entry.getKey().symbol() + "=" + entry.getValue())
                                .collect(Collectors.joining(" ")));
    }

    private static ManagedBean describe(Session session) {
        return new ManagedBean("A client's session.")
                .text("name", "What the client calls it.", session::name)
                .text("uuid", "Its identity.", () -> session.uuid().toString())
                .number("queue_depth", "Chunks of each path.", session::queueDepth)
                .number(
                        "paths",
                        "How many paths it has.",
                        () -> session.pathList().size())
                .button("disconnect", "Write 1 to close all its paths; the client may come back.", session::disconnect);
    }

    private static ManagedBean describe(Session session, Path path) {
        return new ManagedBean("A path of a client's session.")
                .text("session", "The session's name.", session::name)
                .text(
                        "session_uuid",
                        "The session's identity.",
                        () -> session.uuid().toString())
                .text("name", "The client's address, and the server's.", () -> nameOf(path))
                .text(
                        "uuid",
                        "Its identity, the same over reconnects.",
                        () -> path.uuid().toString())
                .text("state", "connected or disconnected.", () -> path.isConnected() ? "connected" : "disconnected")
                .text(
                        "path_state",
                        "Where exactly it stands.",
                        () -> path.state().name())
                .text("hca_name", "The RDMA device.", path::deviceName)
                .text("hca_port", "The device's port.", () -> String.valueOf(path.devicePort()))
                .text("src_addr", "The client's address.", () -> text(path.clientAddress()))
                .text("dst_addr", "The server's address.", () -> text(path.serverAddress()))
                .button("disconnect", "Write 1 to close it; the client may come back.", path::disconnect)
                .number("in_flight", "Requests that the handler has not answered.", path::inFlight)
                .text(
                        "open_operations",
                        "These, one a line: which it is, READ or WRITE, bytes of data.",
                        () -> OpenOperations.print(path))
                .text(
                        "abandon",
                        "Write which one of open_operations to answer it with EIO in the handler's place; dangerous while"
                                + " the handler may still use its memory.",
                        () -> "write one of open_operations to abandon",
                        which -> OpenOperations.abandon(path, which))
                .resettable(
                        "rdma",
                        "Reads, their bytes, writes, their bytes; writing 1 sets them to 0.",
                        () -> rdma(path.statistics()),
                        path::resetStatistics)
                .number("connections", "Connections of the path.", path::connections)
                .number(
                        "reads",
                        "READ requests that arrived.",
                        () -> path.statistics().reads())
                .number(
                        "read_bytes",
                        "Their data and user headers.",
                        () -> path.statistics().readBytes())
                .number(
                        "writes",
                        "WRITE requests that arrived.",
                        () -> path.statistics().writes())
                .number(
                        "write_bytes",
                        "Their data and user headers.",
                        () -> path.statistics().writeBytes());
    }

    private static String rdma(PathStatistics now) {
        return now.reads() + " " + now.readBytes() + " " + now.writes() + " " + now.writeBytes();
    }
}
