package io.rtrs.soft;

import io.rtrs.verbs.LiveObjects;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts of handles that were made and not yet destroyed. */
public final class Live {
    public final AtomicInteger domains = new AtomicInteger();
    public final AtomicInteger regions = new AtomicInteger();
    public final AtomicInteger windows = new AtomicInteger();
    public final AtomicInteger queuePairs = new AtomicInteger();
    public final AtomicInteger completionQueues = new AtomicInteger();
    public final AtomicInteger completionChannels = new AtomicInteger();
    public final AtomicInteger eventChannels = new AtomicInteger();
    public final AtomicInteger ids = new AtomicInteger();

    /** The counts now. */
    public LiveObjects snapshot() {
        return new LiveObjects(
                domains.get(),
                regions.get(),
                windows.get(),
                queuePairs.get(),
                completionQueues.get(),
                completionChannels.get(),
                eventChannels.get(),
                ids.get());
    }
}
