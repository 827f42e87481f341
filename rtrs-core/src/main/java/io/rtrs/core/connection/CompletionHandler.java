package io.rtrs.core.connection;

import com.ibm.disni.verbs.IbvWC;

/**
 * What a path does with the completions of its connections.
 *
 * <p><b>Threading:</b> called on the connection's own loop, one completion at a time. Nothing here may block.
 */
public interface CompletionHandler {

    /**
     * A completion, successful or not. Receives of the ring are re-posted by the connection after the batch; the bytes of
     * such a receive are valid during this call only.
     *
     * @param completion valid during this call only; unless its status is success only {@code wr_id}, {@code status} and
     *     {@code vendor_err} mean something
     */
    void onCompletion(Connection connection, IbvWC completion);

    /** The connection itself failed: its completion queue, or re-posting a receive. No more completions can be trusted. */
    void onFailure(Connection connection, String reason, int errno);

    /** The queue pair is in error and everything that was posted on it has been reported; the loop ends after this. */
    void onDrained(Connection connection);

    /** {@link Connection#call} was called; several calls may come as one. */
    default void onCalled(Connection connection) {}

    /** The loop has ended, for whatever reason, and uses nothing of the connection any more; comes once, and last. */
    default void onEnded(Connection connection) {}
}
