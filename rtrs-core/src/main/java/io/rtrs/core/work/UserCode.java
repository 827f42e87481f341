package io.rtrs.core.work;

import org.slf4j.Logger;

/**
 * What to do when a handler, callback or listener of the application has returned or thrown.
 *
 * <p>Such code may leave its thread interrupted, by habit or because it was interrupted while it waited. On a thread of this
 * library that means nothing: nobody asked the library to stop, and its next wait would fail. On a thread of the
 * application, which polls for itself, the flag is the application's and stays.
 *
 * <p><b>Threading:</b> any. <b>Allocation:</b> none, unless something is wrong.
 */
public final class UserCode {
    private UserCode() {}

    /** The code has returned, or thrown: the thread goes on uninterrupted, if it is one of ours. */
    public static void left() {
        if (Thread.currentThread() instanceof OwnThread own && own.isInterrupted()) {
            @SuppressWarnings("unused") // it was
            boolean was = Thread.interrupted();
        }
    }

    /**
     * Logs what the code has thrown. That may be a class of the application as well, whose text cannot be had.
     *
     * @param what the code and what it was called for
     */
    public static void failed(Logger log, String what, Throwable thrown) {
        try {
            log.error("{} failed", what, thrown);
        } catch (Throwable again) {
            try {
                log.error(
                        "{} failed with {}, which cannot be printed",
                        what,
                        thrown.getClass().getName());
            } catch (Throwable third) {
                // The log itself is broken: there is nobody to tell.
            }
        }
    }
}
