package io.rtrs.client;

import io.rtrs.core.error.RtrsException;

import java.lang.foreign.MemorySegment;

/**
 * Memory that the adapters of a session may read and write: what a request's data lies in, without being copied.
 *
 * <p><b>Ownership:</b> of its maker, until {@link #close}; what is not closed is closed with its session, and then memory
 * from {@link ClientSession#allocate} must not be accessed any more. <b>Threading:</b> immutable.
 */
public interface RegisteredMemory extends AutoCloseable {

    /** The memory. */
    MemorySegment segment();

    /** Its length in bytes. */
    long byteSize();

    /**
     * Takes the memory away from the adapters, and frees it if the session allocated it. A second call does nothing.
     *
     * @throws RtrsException BUSY if a request with this memory is under way, or an adapter does not give it up: it stays
     *     allocated, and may be closed again later
     */
    @Override
    void close() throws RtrsException;
}
