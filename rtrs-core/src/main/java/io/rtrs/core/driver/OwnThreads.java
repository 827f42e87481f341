package io.rtrs.core.driver;

import io.rtrs.core.connection.CompletionHandler;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.work.OwnThread;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.verbs.VerbsProvider;

import java.io.IOException;

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
    public CompletionLoop completions(
            Connection connection, CompletionHandler handler, WaitStrategy strategy, Ambient ambient, String name) {
        return CompletionLoop.start(connection, handler, strategy, ambient.clock(), name);
    }

    @Override
    public void run(Runnable task, String name) {
        new OwnThread(task, name).start();
    }
}
