package io.rtrs.client.session;

import java.util.Optional;

/**
 * When a session's listener hears of its paths (spec/rtrs.md 11): not while the session opens, later when the last path
 * goes and when the first one returns.
 *
 * <p><b>Threading:</b> the control thread.
 */
final class LinkCounter {
    private boolean opening = true;
    private int up;

    /** All initial paths are up. */
    void opened() {
        opening = false;
    }

    /** A path is up. */
    Optional<LinkEvent> onUp() {
        up++;
        return !opening && up == 1 ? Optional.of(LinkEvent.RECONNECTED) : Optional.empty();
    }

    /** A path that was up is gone. */
    Optional<LinkEvent> onDown() {
        up--;
        return !opening && up == 0 ? Optional.of(LinkEvent.DISCONNECTED) : Optional.empty();
    }
}
