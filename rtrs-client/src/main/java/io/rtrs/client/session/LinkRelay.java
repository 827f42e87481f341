package io.rtrs.client.session;

import io.rtrs.client.ClientSession;
import io.rtrs.client.SessionListener;
import io.rtrs.client.driver.SessionDriver;
import io.rtrs.client.path.Path;
import io.rtrs.core.driver.Crew;
import io.rtrs.core.driver.UserCalls;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;

/**
 * Counts paths, and tells the session's listener, in a thread that nothing else waits for. Events are held back until
 * the session exists.
 *
 * <p>They alternate. So where too many wait for a listener that does not return, the last one and the next are both
 * left out: what it is told still alternates, and ends with what holds.
 *
 * <p><b>Threading:</b> the control thread, but for what says otherwise.
 */
final class LinkRelay implements SessionDriver.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(LinkRelay.class);

    /** So many events wait for the listener at the most. */
    static final int WAITING_MAX = 16;

    private final SessionOptions options;
    private final LinkCounter counter = new LinkCounter();
    private final UserCalls calls;
    private final List<LinkEvent> pending = new ArrayList<>();
    private volatile Runnable told = () -> {};
    private @Nullable ClientSession session;
    private Runnable pathsChanged = () -> {};
    private int upWhileOpening;
    private long leftOut;

    LinkRelay(SessionOptions options, Crew crew) {
        this.options = options;
        String name = "rtrs-clt-" + options.sessionName() + "-listener";
        // Who finds no other thread to make the calls is the control thread, and makes them.
        this.calls = new UserCalls(crew, name, Runnable::run, () -> told.run());
    }

    /** The session exists: whom the listener is told of, and who is told when its paths change. */
    void attach(ClientSession opened, Runnable onPathsChanged) {
        session = opened;
        pathsChanged = onPathsChanged;
        pending.forEach(event -> tell(opened, event));
        pending.clear();
    }

    @Override
    public void onPathUp(Path path) {
        counter.onUp().ifPresent(this::emit);
        if (++upWhileOpening == options.paths().size()) {
            counter.opened();
        }
    }

    @Override
    public void onPathDown(Path path) {
        counter.onDown().ifPresent(this::emit);
    }

    @Override
    public void onPathsChanged() {
        pathsChanged.run();
    }

    @Override
    public boolean isTelling() {
        return !calls.isIdle();
    }

    @Override
    public boolean isToldHere() {
        return calls.isCurrentThread();
    }

    @Override
    public void whenTold(Runnable task) {
        told = task;
    }

    @Override
    public void endTelling() {
        calls.end();
    }

    private void emit(LinkEvent event) {
        ClientSession opened = session;
        if (opened == null) {
            pending.add(event);
        } else {
            tell(opened, event);
        }
    }

    private void tell(ClientSession opened, LinkEvent event) {
        SessionListener listener = options.sessionListener();
        if (listener == SessionListener.NONE) {
            return; // costs no thread
        }
        if (calls.cancelLast(WAITING_MAX)) {
            leftOut += 2;
            if (Long.bitCount(leftOut) == 1) { // the first time, and then ever fewer
                LOG.warn(
                        "session {}: its listener does not return, and {} events wait for it; {} are left out",
                        options.sessionName(),
                        WAITING_MAX - 1,
                        leftOut);
            }
            return;
        }
        calls.add(
                event == LinkEvent.RECONNECTED
                        ? () -> listener.onReconnected(opened)
                        : () -> listener.onDisconnected(opened));
    }
}
