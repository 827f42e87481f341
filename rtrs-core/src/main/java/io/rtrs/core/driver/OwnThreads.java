package io.rtrs.core.driver;

import io.rtrs.core.work.OwnThread;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.verbs.VerbsProvider;

import java.io.IOException;
import java.util.function.LongSupplier;

/** A thread for each loop and each task. */
final class OwnThreads implements Crew {
    static final Crew CREW = new OwnThreads();

    private OwnThreads() {}

    @Override
    public ControlLoop control(VerbsProvider provider, ControlHandler handler, Ambient ambient, String name)
            throws IOException {
        return ControlLoop.start(provider, handler, ambient, name);
    }

    @Override
    public CompletionLoop completions(WaitStrategy strategy, LongSupplier clock, String name) {
        return CompletionLoop.threaded(strategy, clock, name);
    }

    @Override
    public void run(Runnable task, String name) {
        new OwnThread(task, name).start();
    }
}
