package io.rtrs.client.request;

import io.rtrs.core.connection.Connection;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.PostSend;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt of a path has ready to carry the request of one permit: prebuilt work requests, a header slot and a
 * window. Whether it carries it is in the state of the {@link Request}.
 *
 * <p><b>Threading:</b> what changes belongs to the thread that posts, and to those whose transition gave them the request.
 */
final class Carrier {
    final Request request;

    /** The attempt's. */
    final int tag;

    /** Where the header is in the slab of headers. */
    final long headerOffset;

    final Connection ioConnection;
    final PostSend ioCall;
    final PostSend adminCall;
    final @Nullable MemoryWindow window;

    /** Which connection the request took. */
    @Nullable
    Connection connection;

    int rkey;

    /** Where its chain begins. */
    int firstWr;

    /** Whether the server has the key of {@link #window}, which ends with the request. */
    boolean hasWindow;

    /**
     * Whether the adapter may have to send memory of the user again: its send has not completed. Set by who posts,
     * cleared by the loop of {@link #connection}.
     */
    private boolean unacknowledged;

    /** Whether the answer has come on another connection than {@link #connection}, whose loop looks after it. */
    volatile boolean answeredElsewhere;

    /** Whether the adapter may touch the memory of a request that was let go; the control thread's. */
    boolean holds;

    Carrier(
            Request request,
            int tag,
            long headerOffset,
            Connection ioConnection,
            PostSend ioCall,
            PostSend adminCall,
            @Nullable MemoryWindow window) {
        this.request = request;
        this.tag = tag;
        this.headerOffset = headerOffset;
        this.ioConnection = ioConnection;
        this.ioCall = ioCall;
        this.adminCall = adminCall;
        this.window = window;
    }

    int id() {
        return request.id;
    }

    /** What is laid out here sends memory that may go when the request is over, or it does not. */
    void lendsMemory(boolean lends) {
        unacknowledged = lends;
    }

    /** The send has completed. */
    void onAcknowledged() {
        unacknowledged = false;
    }

    /** Whether the request, answered or not, is not over yet, because the adapter may have to send its memory again. */
    boolean isUnacknowledged() {
        return unacknowledged;
    }

    /** Whether it carries the request, and has no answer. */
    boolean isCarrying() {
        return request.isCarriedBy(tag);
    }
}
