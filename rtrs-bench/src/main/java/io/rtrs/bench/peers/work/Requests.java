package io.rtrs.bench.peers.work;

/** How a load sends its requests. Called by the thread that the client's answers come on. */
@FunctionalInterface
public interface Requests {
    /**
     * Sends a request: the block of a write lies in the slot's place, that of a read goes there.
     *
     * @param slot the tag; no request with it is in flight
     * @param direction one of {@link io.rtrs.bench.load.BlockHeader}
     */
    void send(int slot, int direction, int length, long offset);
}
