package io.rtrs.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.client.ClientSession;
import io.rtrs.client.MultipathPolicy;
import io.rtrs.client.SessionListener;
import io.rtrs.client.path.Path;
import io.rtrs.core.driver.Crew;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.path.Heartbeat;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.work.LoopMode;
import io.rtrs.core.work.LoopShare;
import io.rtrs.core.work.WaitStrategy;
import org.junit.jupiter.api.Test;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What waits for a listener that does not return is bounded, alternates, and ends with what holds. */
class LinkRelayTest {
    private static final String UP = "up";
    private static final String DOWN = "down";

    private final List<String> seen = new ArrayList<>();
    private final List<Runnable> threads = new ArrayList<>();

    private final ClientSession session = (ClientSession) Proxy.newProxyInstance(
            ClientSession.class.getClassLoader(), new Class<?>[] {ClientSession.class}, (self, method, args) -> null);

    private final Crew crew = (Crew) Proxy.newProxyInstance(
            Crew.class.getClassLoader(), new Class<?>[] {Crew.class}, (self, method, arguments) -> {
                threads.add((Runnable) arguments[0]);
                return null;
            });

    private final SessionListener listener = new SessionListener() {
        @Override
        public void onReconnected(ClientSession of) {
            seen.add(UP);
        }

        @Override
        public void onDisconnected(ClientSession of) {
            seen.add(DOWN);
        }
    };

    private final Path path;

    LinkRelayTest() throws RtrsException {
        path = new Path(new UUID(1, 1), "s", PathAddress.parse("ip:10.0.0.1"), new Heartbeat(1, 1));
    }

    private LinkRelay relay(SessionListener to) {
        SessionOptions options = new SessionOptions(
                "s",
                List.of(path.address()),
                1234,
                Optional.empty(),
                1,
                MultipathPolicy.ROUND_ROBIN,
                null,
                WaitStrategy.INVOKED,
                new LoopShare(LoopMode.INVOKED, 1, 1),
                false,
                false,
                to,
                1,
                1,
                5,
                1,
                0,
                -1,
                0);
        LinkRelay relay = new LinkRelay(options, crew);
        relay.onPathUp(path);
        return relay;
    }

    private void runThreads() {
        List<Runnable> begun = List.copyOf(threads);
        threads.clear();
        begun.forEach(Runnable::run);
    }

    @Test
    void whatHappensBeforeTheSessionExistsIsToldWhenItDoes() {
        LinkRelay relay = relay(listener);
        relay.onPathDown(path);
        assertThat(threads).isEmpty();
        relay.attach(session, () -> {});
        relay.onPathUp(path);
        runThreads();
        assertThat(seen).containsExactly(DOWN, UP);
    }

    @Test
    void tooManyEventsAreLeftOutInPairs() {
        LinkRelay relay = relay(listener);
        relay.attach(session, () -> {});
        for (int i = 0; i < 1000; i++) {
            relay.onPathDown(path);
            relay.onPathUp(path);
        }
        relay.onPathDown(path);
        assertThat(threads).hasSize(1);
        runThreads();
        assertThat(seen).hasSizeLessThanOrEqualTo(LinkRelay.WAITING_MAX).endsWith(DOWN);
        for (int i = 0; i < seen.size(); i++) {
            assertThat(seen.get(i)).isEqualTo(i % 2 == 0 ? DOWN : UP);
        }
        assertThat(relay.isTelling()).isFalse();
    }

    @Test
    void nobodyIsToldByNoThread() {
        LinkRelay relay = relay(SessionListener.NONE);
        relay.attach(session, () -> {});
        relay.onPathDown(path);
        assertThat(threads).isEmpty();
        assertThat(relay.isTelling()).isFalse();
    }
}
