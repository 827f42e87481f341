package io.rtrs.interop.paths;

import io.rtrs.core.Status;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** What a {@link VerifiedLoad} writes and reads: a block for each of its slots, one request at a time for each. */
interface Target extends AutoCloseable {
    /** What the slot's block is written from. */
    MemorySegment out(int slot);

    /** Where it is read to. */
    MemorySegment in(int slot);

    /** Writes the slot's block, or reads it. */
    void submit(int slot, boolean write, Done done);

    /** Whether a request has a chance. */
    boolean isConnected();

    /** Fails if it thinks that something is in flight. */
    void assertIdle();

    /** Gives everything back; nothing may be in flight. */
    @Override
    void close() throws IOException;

    /** Is told the end of a request, by any thread, maybe before {@link #submit} returns. */
    interface Done {
        void onEnd(Status status);
    }
}
