package io.rtrs.core.driver;

import io.rtrs.verbs.CmEvent;

import java.io.IOException;

/** What a control loop drives; every call comes on its thread. */
public interface ControlHandler {
    /** No deadline is set. */
    long NO_DEADLINE = Long.MAX_VALUE;

    /** A connection-manager event, already acknowledged: its id may be destroyed in here. */
    void onCmEvent(CmEvent event, long nowNs);

    /** Time has passed; a spurious call must do nothing. */
    void onTick(long nowNs);

    /**
     * The event channel has failed: no event will come any more. Tasks and ticks go on, so that everything can be closed,
     * which is all that is left to do.
     */
    void onLoopFailed(IOException why);

    /** When {@link #onTick} has to be called next, on the clock of {@code nowNs}, or {@link #NO_DEADLINE}. */
    long nextDeadlineNs();
}
