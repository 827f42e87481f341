package io.rtrs.bench.peers.stream;

/** Where frames leave. */
public interface Outbox {
    /** Sends a header and a body of any length, 0 too; both may be written to as soon as this returns. */
    void send(long header, int headerBytes, long body, int bodyBytes);
}
