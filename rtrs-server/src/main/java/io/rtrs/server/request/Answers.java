package io.rtrs.server.request;

import io.rtrs.core.connection.Connection;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * The answer chains of one connection, made when a chunk first comes by.
 *
 * <p><b>Threading:</b> the connection's loop; before the path is connected, its control thread; after the loop has ended,
 * the control thread again.
 */
public final class Answers {
    private final Connection connection;
    private final ChunkMemory memory;
    private final @Nullable AnswerChain[] chains;

    /** Makes an empty table. */
    public Answers(Connection connection, ChunkMemory memory) {
        this.connection = connection;
        this.memory = memory;
        this.chains = new AnswerChain[memory.config().queueDepth()];
    }

    AnswerChain of(int bufferId) throws IOException {
        AnswerChain chain = chains[bufferId];
        if (chain == null) {
            chain = new AnswerChain(connection, memory, bufferId);
            chains[bufferId] = chain;
        }
        return chain;
    }

    /**
     * Posts a bind of a chunk's window: the client's first key.
     *
     * @return 0 or an errno
     */
    public int grant(int bufferId, long workId, int flags) throws IOException {
        return of(bufferId).grant(workId, flags);
    }

    /** Frees all chains; the loop has ended and every operation is released. */
    public void free() {
        for (int i = 0; i < chains.length; i++) {
            AnswerChain chain = chains[i];
            if (chain != null) {
                chain.free();
                chains[i] = null;
            }
        }
    }
}
