package io.rtrs.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.rtrs.client.ClientPath;
import io.rtrs.client.ClientSession;
import io.rtrs.core.stats.PathCounter;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The meters of a client's session and its paths, those that are added later, too: {@code new
 * ClientSessionMetrics(session).bindTo(registry)}. Names begin with {@code rtrs.client}; tags are {@code session}, {@code
 * source} and {@code destination}. A second session of one name is {@code name#uuid}. A path has meters from when it is known
 * where it leaves from.
 *
 * <p><b>Threading:</b> any thread. <b>Ownership:</b> whoever binds it closes it, before the session or after. One registry.
 */
public final class ClientSessionMetrics implements MeterBinder, AutoCloseable {
    private final ClientSession session;
    private final List<Meter> meters = new ArrayList<>();
    private @Nullable MeterRegistry bound;
    private @Nullable PathMeters<ClientPath> paths;

    /** The meters of a session, bound to nothing yet. */
    public ClientSessionMetrics(ClientSession session) {
        this.session = session;
    }

    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        if (bound != null) {
            throw new IllegalStateException("the meters of session " + session.name() + " are bound already");
        }
        bound = registry;
        PathMeters<ClientPath> ofPaths = new PathMeters<>(registry, (path, tags) -> register(registry, tags, path));
        paths = ofPaths;
        Tags tags;
        synchronized (registry) {
            tags = Tags.of(
                    "session",
                    TagValues.free(
                            registry,
                            "rtrs.client.paths",
                            "session",
                            Stream.concat(
                                    Stream.of(session.name()),
                                    TagValues.numbered(session.name() + "#" + session.uuid()))));
            meters.add(Gauge.builder("rtrs.client.paths", session, s -> refresh(ofPaths, tags, s))
                    .description("Paths of the session")
                    .tags(tags)
                    .strongReference(true)
                    .register(registry));
        }
        meters.add(Gauge.builder(
                        "rtrs.client.paths.connected",
                        session,
                        s -> s.paths().stream().filter(ClientPath::isConnected).count())
                .description("Paths that can take requests")
                .tags(tags)
                .strongReference(true)
                .register(registry));
        meters.add(Gauge.builder("rtrs.client.waiting", session, ClientSession::waiting)
                .description("Requests that wait for a path")
                .baseUnit("requests")
                .tags(tags)
                .strongReference(true)
                .register(registry));
        refresh(ofPaths, tags, session);
    }

    /** Returns how many paths there are. */
    private static int refresh(PathMeters<ClientPath> meters, Tags ofSession, ClientSession session) {
        List<ClientPath> all = session.paths();
        Map<ClientPath, Tags> known = new LinkedHashMap<>();
        for (ClientPath path : all) {
            String source = path.sourceAddress();
            if (!source.isEmpty()) {
                known.put(path, ofSession.and("source", source, "destination", path.destinationAddress()));
            }
        }
        meters.refresh(known);
        return all.size();
    }

    private static List<Meter> register(MeterRegistry registry, Tags tags, ClientPath path) {
        List<Meter> made = new ArrayList<>();
        made.add(Gauge.builder("rtrs.client.path.connected", path, p -> p.isConnected() ? 1 : 0)
                .description("1 if requests can take the path")
                .tags(tags)
                .strongReference(true)
                .register(registry));
        made.add(Gauge.builder("rtrs.client.path.in.flight", path, ClientPath::inFlight)
                .description("Requests under way on the path")
                .tags(tags)
                .strongReference(true)
                .register(registry));
        made.add(TimeGauge.builder(
                        "rtrs.client.path.latency", path, TimeUnit.NANOSECONDS, ClientPath::heartbeatLatencyNs)
                .description("Round trip of the last heartbeat")
                .tags(tags)
                .strongReference(true)
                .register(registry));
        for (PathCounter counter : PathCounter.values()) {
            if (counter != PathCounter.IN_FLIGHT) {
                String name = counter.name().toLowerCase(Locale.ROOT).replace('_', '.');
                made.add(FunctionCounter.builder("rtrs.client.path." + name, path, p -> p.counter(counter))
                        .description(counter.sentence())
                        .baseUnit(counter.unit())
                        .tags(tags)
                        .register(registry));
            }
        }
        return made;
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
