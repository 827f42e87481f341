package io.rtrs.client.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.client.MultipathPolicy;
import io.rtrs.client.SessionListener;
import io.rtrs.client.path.Path;
import io.rtrs.client.path.PathIdentity;
import io.rtrs.client.session.SessionOptions;
import io.rtrs.core.driver.Ambient;
import io.rtrs.core.driver.ControlHandler;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.path.Heartbeat;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.path.ReconnectBackoff;
import io.rtrs.core.state.ClientPathState;
import io.rtrs.core.work.LoopMode;
import io.rtrs.core.work.LoopShare;
import io.rtrs.core.work.WaitStrategy;
import org.junit.jupiter.api.Test;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Paths of a session whose owner has no room for an attempt, or throws: none is forgotten, and none holds up another. */
class PathDriversTest {
    private static final long SECOND_NS = 1_000_000_000;
    private static final LoopShare LOOPS = new LoopShare(LoopMode.INVOKED, 1, 1);
    private static final SessionOptions OPTIONS = new SessionOptions(
            "s",
            List.of(),
            1234,
            Optional.empty(),
            1,
            MultipathPolicy.ROUND_ROBIN,
            null,
            WaitStrategy.INVOKED,
            LOOPS,
            false,
            false,
            SessionListener.NONE,
            SECOND_NS,
            SECOND_NS,
            5,
            SECOND_NS,
            0,
            -1,
            0);

    /** A path, and what its owner is told of it. */
    private static final class Owned {
        final List<String> told = new ArrayList<>();

        /** Being told that the path is closed throws. */
        boolean throwing;

        final PathDriver driver;

        Owned(int number) throws RtrsException {
            PathOwner owner = (PathOwner) Proxy.newProxyInstance(
                    PathOwner.class.getClassLoader(), new Class<?>[] {PathOwner.class}, (self, method, arguments) -> {
                        return switch (method.getName()) {
                            case "loops" -> {
                                told.add("attempt");
                                throw new OutOfMemoryError("no room for the test");
                            }
                            case "ambient" -> Ambient.real();
                            case "mayReconnect" -> true;
                            case "onClosed" -> {
                                told.add("closed");
                                if (throwing) {
                                    throw new IllegalStateException("thrown by the test");
                                }
                                yield null;
                            }
                            default -> null;
                        };
                    });
            PathAddress address = PathAddress.parse("ip:10.0.0." + number);
            UUID uuid = new UUID(0, number);
            Path path = new Path(uuid, "s", address, new Heartbeat(SECOND_NS, 5));
            driver = new PathDriver(
                    owner,
                    OPTIONS,
                    address,
                    path,
                    new PathIdentity(uuid, uuid, true),
                    new ReconnectBackoff(SECOND_NS, 0, -1, new Random(1)));
        }

        ClientPathState state() {
            return driver.path().state();
        }

        /** It waits for its next attempt, after a reconnect by hand. */
        void await() throws RtrsException {
            driver.start(0);
            driver.reconnect(new CompletableFuture<>(), 0);
            told.clear();
        }
    }

    @Test
    void aPathThatCannotBeginItsFirstAttemptIsClosedAndSaysWhy() throws RtrsException {
        Owned path = new Owned(1);
        CompletableFuture<Void> up = new CompletableFuture<>();
        path.driver.start(up, 0);
        assertThat(path.state()).isEqualTo(ClientPathState.CLOSED);
        assertThat(path.told).containsExactly("attempt", "closed");
        assertThat(path.driver.isFreed()).isTrue();
        assertThat(up.exceptionNow())
                .isInstanceOfSatisfying(
                        RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOMEM))
                .hasMessageContaining("no room for the test");
        assertThat(path.driver.path().lastError()).isPresent();
    }

    @Test
    void aTickThatThrowsLeavesTheOthersTheirs() throws RtrsException {
        PathDrivers drivers = new PathDrivers();
        Owned first = new Owned(1);
        Owned second = new Owned(2);
        for (Owned path : List.of(first, second)) {
            drivers.add(path.driver);
            path.await();
        }
        first.throwing = true;
        drivers.onTick(ReconnectBackoff.SETTLE_NS);
        assertThat(first.told).containsExactly("attempt", "closed");
        assertThat(second.told).containsExactly("attempt", "closed");
        assertThat(drivers.nextDeadlineNs(0)).isEqualTo(ControlHandler.NO_DEADLINE);
    }

    @Test
    void aPathWhoseCloseThrowsLeavesTheOthersTheirs() throws RtrsException {
        PathDrivers drivers = new PathDrivers();
        Owned first = new Owned(1);
        Owned second = new Owned(2);
        for (Owned path : List.of(first, second)) {
            drivers.add(path.driver);
            path.await();
        }
        first.throwing = true;
        drivers.closeAll(0);
        assertThat(first.told).containsExactly("closed");
        assertThat(second.told).containsExactly("closed");
        assertThat(second.state()).isEqualTo(ClientPathState.CLOSED);
    }

    /** The other end needs the pause, however many people ask. */
    @Test
    void asManyReconnectsAsAreAskedForKeepThePauseBeforeTheAttempt() throws RtrsException {
        Owned path = new Owned(1);
        path.await();
        path.driver.reconnect(new CompletableFuture<>(), 1);
        path.driver.reconnect(new CompletableFuture<>(), 2);
        assertThat(path.driver.nextDeadlineNs()).isEqualTo(ReconnectBackoff.SETTLE_NS);
        path.driver.onTick(ReconnectBackoff.SETTLE_NS - 1);
        assertThat(path.told).isEmpty();
        path.driver.onTick(ReconnectBackoff.SETTLE_NS);
        assertThat(path.told).startsWith("attempt");
    }
}
