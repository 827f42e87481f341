package io.rtrs.verbs.inprocess;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts of handles that were made and not yet destroyed. */
final class Live {
    final AtomicInteger domains = new AtomicInteger();
    final AtomicInteger regions = new AtomicInteger();
    final AtomicInteger windows = new AtomicInteger();
    final AtomicInteger queuePairs = new AtomicInteger();
    final AtomicInteger completionQueues = new AtomicInteger();
    final AtomicInteger completionChannels = new AtomicInteger();
    final AtomicInteger eventChannels = new AtomicInteger();
    final AtomicInteger ids = new AtomicInteger();

    LiveObjects snapshot() {
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
