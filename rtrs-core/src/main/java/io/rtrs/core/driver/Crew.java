package io.rtrs.core.driver;

import io.rtrs.core.work.WaitStrategy;
import io.rtrs.verbs.VerbsProvider;

import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * Who turns the loops of a session or a server, and runs what code of the user may hold up. {@link #threads()} gives each a
 * thread; a simulation turns them all in one.
 *
 * <p><b>Threading:</b> any.
 */
public interface Crew {
    /** A control loop, which is turned from now on until it is closed. */
    ControlLoop control(VerbsProvider provider, ControlHandler handler, Ambient ambient, String name)
            throws IOException;

    /**
     * A loop for the completions of connections, which is turned from now on until it is {@linkplain CompletionLoop#close closed}.
     *
     * @param strategy how a thread waits between its turns
     * @param clock nanoseconds, for the strategy
     */
    CompletionLoop completions(WaitStrategy strategy, LongSupplier clock, String name);

    /** Runs a task once, soon, and not inside this call. It may take as long as it likes, and keeps nothing else waiting. */
    void run(Runnable task, String name);

    /** A thread for each of them. */
    static Crew threads() {
        return OwnThreads.CREW;
    }
}
