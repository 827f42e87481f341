package io.rtrs.cli;

import io.rtrs.client.ClientPath;
import io.rtrs.client.ClientSession;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.stats.PathCounter;
import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Tells which paths of a session die, come back, join and leave, from one look to the next.
 *
 * <p><b>Threading:</b> one thread.
 */
final class PathNews {
    private record Seen(String name, boolean connected, long returns, Optional<RtrsException> error) {}

    private final ClientSession session;
    private final Consumer<String> say;
    private final Map<UUID, Seen> seen = new HashMap<>();

    private boolean anyFell;

    /** The names of those that somebody disconnected and that are not back. */
    private final Map<UUID, String> disconnected = new LinkedHashMap<>();

    /** What there is now is no news. */
    PathNews(ClientSession session, Consumer<String> say) {
        this.session = session;
        this.say = say;
        for (ClientPath path : session.paths()) {
            seen.put(path.uuid(), see(path));
        }
    }

    private static Seen see(ClientPath path) {
        return new Seen(path.name(), path.isConnected(), path.counter(PathCounter.RECONNECTS_OK), path.lastError());
    }

    /** Tells what has changed since the last look. */
    void look() {
        Map<UUID, Seen> before = new HashMap<>(seen);
        seen.clear();
        for (ClientPath path : session.paths()) {
            Seen now = see(path);
            seen.put(path.uuid(), now);
            tell(before.remove(path.uuid()), now, path);
        }
        before.forEach((uuid, gone) -> {
            disconnected.remove(uuid);
            say.accept("path " + gone.name() + " was removed");
        });
    }

    /** Whether one was down meanwhile, also if it is back. */
    boolean anyFell() {
        return anyFell;
    }

    /** Sentences on the paths that are down and have no error of their own to tell why; as of the last look. */
    List<String> disconnected() {
        return disconnected.values().stream()
                .map(name -> "path " + name + " was disconnected")
                .toList();
    }

    private void tell(@Nullable Seen before, Seen now, ClientPath path) {
        if (before == null) {
            if (now.connected()) {
                say.accept("path " + now.name() + " was added");
            } else {
                seen.remove(path.uuid()); // told when it is up
            }
            return;
        }
        boolean back = now.returns() > before.returns();
        if (before.connected() && (!now.connected() || back)) {
            // The last error stays when a path has come back: only another one is the reason.
            anyFell = true;
            Optional<String> why = now.error()
                    .filter(error ->
                            before.error().filter(known -> known == error).isEmpty())
                    .map(RtrsException::reason);
            say.accept("path " + now.name() + " is down: " + why.orElse("it was disconnected"));
            if (why.isEmpty()) {
                disconnected.put(path.uuid(), now.name());
            }
        }
        if (now.connected() && (!before.connected() || back)) {
            disconnected.remove(path.uuid());
            say.accept("path " + now.name() + " is back");
        }
    }
}
