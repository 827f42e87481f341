package io.rtrs.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.rtrs.core.PathStatistics;
import io.rtrs.server.RtrsServer;
import io.rtrs.server.ServerPath;
import io.rtrs.server.ServerSession;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * The meters of a server and of the paths that clients have to it. Names begin with {@code rtrs.server}; tags are {@code
 * listen}, {@code session}, {@code client} and {@code server}. The session's name is whatever the client chooses; it is what
 * tells two sessions of one host apart, and no two have the same at once. A path has meters once its session has a name. A
 * second server of one address, which another provider or a server that is still closing may be, is {@code listen#2}.
 *
 * <p><b>Threading:</b> any thread. <b>Ownership:</b> whoever binds it closes it, before the server or after. One registry.
 */
public final class ServerMetrics implements MeterBinder, AutoCloseable {
    private final RtrsServer server;
    private final String listen;
    private final List<Meter> meters = new ArrayList<>();
    private @Nullable MeterRegistry bound;
    private @Nullable PathMeters<ServerPath> paths;

    /** The meters of a server, bound to nothing yet. */
    public ServerMetrics(RtrsServer server) {
        this.server = server;
        this.listen = server.localAddresses().getFirst().getAddress().getHostAddress() + ":"
                + server.localAddresses().getFirst().getPort();
    }

    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        if (bound != null) {
            throw new IllegalStateException("the meters of the server on " + listen + " are bound already");
        }
        bound = registry;
        PathMeters<ServerPath> ofPaths = new PathMeters<>(registry, (path, tags) -> register(registry, tags, path));
        paths = ofPaths;
        Tags tags;
        synchronized (registry) {
            tags = Tags.of(
                    "listen", TagValues.free(registry, "rtrs.server.paths", "listen", TagValues.numbered(listen)));
            meters.add(Gauge.builder("rtrs.server.paths", server, s -> refresh(ofPaths, tags, s))
                    .description("Paths of clients")
                    .tags(tags)
                    .strongReference(true)
                    .register(registry));
        }
        meters.add(
                Gauge.builder("rtrs.server.sessions", server, s -> s.sessions().size())
                        .description("Sessions of clients")
                        .tags(tags)
                        .strongReference(true)
                        .register(registry));
        meters.add(FunctionCounter.builder(
                        "rtrs.server.refused",
                        server,
                        s -> s.refusedConnections().values().stream()
                                .mapToLong(Long::longValue)
                                .sum())
                .description("Connections that were refused")
                .tags(tags)
                .register(registry));
        refresh(ofPaths, tags, server);
    }

    /** Returns how many paths there are. */
    private static int refresh(PathMeters<ServerPath> meters, Tags ofServer, RtrsServer server) {
        int count = 0;
        Map<ServerPath, Tags> known = new LinkedHashMap<>();
        for (ServerSession session : server.sessions()) {
            List<ServerPath> all = session.paths();
            count += all.size();
            String name = session.name();
            if (!name.isEmpty()) {
                all.forEach(path -> known.put(path, tags(ofServer, name, path)));
            }
        }
        meters.refresh(known);
        return count;
    }

    private static Tags tags(Tags ofServer, String session, ServerPath path) {
        return ofServer.and(
                "session", session,
                "client", path.clientAddress().getHostAddress(),
                "server", path.serverAddress().getHostAddress());
    }

    private static List<Meter> register(MeterRegistry registry, Tags tags, ServerPath path) {
        return List.of(
                counter(registry, tags, path, "reads", "requests", PathStatistics::reads),
                counter(registry, tags, path, "read.bytes", "bytes", PathStatistics::readBytes),
                counter(registry, tags, path, "writes", "requests", PathStatistics::writes),
                counter(registry, tags, path, "write.bytes", "bytes", PathStatistics::writeBytes));
    }

    private static Meter counter(
            MeterRegistry registry,
            Tags tags,
            ServerPath path,
            String name,
            String unit,
            ToLongFunction<PathStatistics> value) {
        return FunctionCounter.builder("rtrs.server.path." + name, path, p -> value.applyAsLong(p.statistics()))
                .baseUnit(unit)
                .tags(tags)
                .register(registry);
    }

    /** Takes all meters back. */
    @Override
    public synchronized void close() {
        MeterRegistry registry = bound;
        if (registry != null) {
            meters.forEach(registry::remove);
            meters.clear();
        }
        if (paths != null) {
            paths.close();
        }
    }
}
