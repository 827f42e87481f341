package io.rtrs.client;

import io.rtrs.core.ConnectionType;
import org.jspecify.annotations.Nullable;

/**
 * The right to have one request under way: it stands for one chunk of the server's memory (spec/rtrs.md 8).
 *
 * <p><b>Ownership:</b> whoever got it from {@link ClientSession#getPermit} until {@link ClientSession#putPermit}; it must be
 * held from before the request until its callback came. <b>Threading:</b> one owner at a time; it may be handed to another
 * thread.
 */
public interface Permit {

    /** The id of the chunk, 0 to queue depth − 1. */
    int id();

    /** Which connection its requests take. */
    ConnectionType type();

    /** What {@link #attach} set last since the permit was got, else null. */
    @Nullable
    Object attachment();

    /** Ties an object to the permit, for the callback to find; forgotten when the permit is put back. */
    void attach(@Nullable Object attachment);
}
