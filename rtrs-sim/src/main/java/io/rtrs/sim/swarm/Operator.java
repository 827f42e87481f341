package io.rtrs.sim.swarm;

import io.rtrs.client.ClientPath;
import io.rtrs.client.driver.PathAdmin;
import io.rtrs.client.path.Path;
import io.rtrs.client.session.Session;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.state.ClientPathState;
import io.rtrs.sim.checker.Rule;
import io.rtrs.sim.scene.Scene;
import io.rtrs.sim.world.Chance;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Somebody who disconnects, reconnects, removes and adds paths of a client while it works, and at the end brings all of them
 * back. What he asks is answered, always; it may be refused.
 *
 * <p><b>Threading:</b> the world's thread.
 */
final class Operator {
    /** What he asks for. */
    enum Wish {
        DISCONNECT,
        RECONNECT,
        REMOVE,
        ADD
    }

    private static final long AGAIN_NS = TimeUnit.SECONDS.toNanos(1);

    private final Scene scene;
    private final int networks;
    private final Chance chance;
    private final Map<Wish, Long> granted = new EnumMap<>(Wish.class);
    private int open;

    Operator(Scene scene, int networks, Chance chance) {
        this.scene = scene;
        this.networks = networks;
        this.chance = chance;
    }

    /** What he got, counted. */
    Map<Wish, Long> granted() {
        return granted;
    }

    /** Whether all that he asked was answered. */
    boolean isAnswered() {
        return open == 0;
    }

    /** Asks for one thing. */
    void act() {
        Session session = session();
        if (session == null) {
            return;
        }
        List<ClientPath> paths = session.paths();
        Wish wish = chance.oneOf(Wish.values());
        if (wish == Wish.ADD || paths.isEmpty()) {
            List<PathAddress> missing = missing(paths);
            if (!missing.isEmpty()) {
                add(session, missing.get(chance.nextInt(missing.size())));
                return;
            }
            wish = Wish.RECONNECT;
        }
        ask(session, wish, (Path) paths.get(chance.nextInt(paths.size())));
    }

    /** Disconnects the path of a network, if there is one. */
    void disconnect(int network) {
        Session session = session();
        if (session == null) {
            return;
        }
        PathAddress address = address(network);
        for (ClientPath path : session.paths()) {
            if (((Path) path).address().equals(address)) {
                ask(session, Wish.DISCONNECT, (Path) path);
            }
        }
    }

    /** From now on he brings back what is not there, until all is. */
    void restore() {
        if (scene.isWhole() || scene.verdict().isBroken()) {
            return;
        }
        Session session = session();
        if (session != null && open == 0) {
            List<ClientPath> paths = session.paths();
            missing(paths).forEach(address -> add(session, address));
            for (ClientPath path : paths) {
                if (path.state() == ClientPathState.CLOSED) {
                    ask(session, Wish.RECONNECT, (Path) path);
                }
            }
        }
        scene.world().after(AGAIN_NS, "operator", this::restore);
    }

    private @Nullable Session session() {
        return scene.hasClient() ? scene.client().session() : null;
    }

    private PathAddress address(int network) {
        try {
            return PathAddress.parse("ip:" + scene.clientAddress(network).getHostAddress() + "@ip:"
                    + scene.serverAddress(network).getHostAddress());
        } catch (RtrsException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<PathAddress> missing(List<ClientPath> paths) {
        List<PathAddress> missing = new ArrayList<>();
        for (int i = 0; i < networks; i++) {
            PathAddress address = address(i);
            if (paths.stream().noneMatch(path -> ((Path) path).address().equals(address))) {
                missing.add(address);
            }
        }
        return missing;
    }

    private void add(Session session, PathAddress address) {
        track(Wish.ADD, address.toString(), session.admin().add(address));
    }

    private void ask(Session session, Wish wish, Path path) {
        PathAdmin admin = session.admin();
        track(
                wish,
                path.name(),
                switch (wish) {
                    case DISCONNECT -> admin.disconnect(path);
                    case REMOVE -> admin.remove(path);
                    case RECONNECT, ADD -> admin.reconnect(path);
                });
    }

    private void track(Wish wish, String what, CompletableFuture<?> done) {
        open++;
        tell("operator asks: " + wish + " " + what);
        @SuppressWarnings("unused") // told here
        CompletableFuture<?> told = done.whenComplete((value, failure) -> answered(wish, what, failure));
    }

    private void answered(Wish wish, String what, @Nullable Throwable failure) {
        open--;
        tell("operator's " + wish + " " + what + ": " + Objects.requireNonNullElse(failure, "done"));
        if (failure == null) {
            granted.merge(wish, 1L, Long::sum);
        } else if (!(failure instanceof RtrsException)) {
            scene.verdict().broken(Rule.NO_ERROR_LOGGED, wish + " " + what + ": " + failure);
        }
    }

    private void tell(String what) {
        scene.world().trace().line(scene.world().nowNs(), what);
    }
}
