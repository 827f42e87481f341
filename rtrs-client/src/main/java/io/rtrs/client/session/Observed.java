package io.rtrs.client.session;

import io.rtrs.verbs.VerbsProvider;

/** What management needs of a session beyond what everybody sees. */
public interface Observed {
    /** The verbs that it uses. */
    VerbsProvider provider();

    /**
     * Who is told from now on; one observer at a time.
     *
     * @param pathsChanged a path was added, is up, or was removed; on the control thread
     * @param closed the session is closed; in the thread that closes it, or now if it is closed already
     */
    void observe(Runnable pathsChanged, Runnable closed);
}
