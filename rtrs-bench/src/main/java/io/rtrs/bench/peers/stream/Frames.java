package io.rtrs.bench.peers.stream;

/** Takes frames, each a header of fixed length and a body whose length the header tells. */
public interface Frames {
    /** A header is at this address; how many bytes of body follow. */
    int onHeader(long header);

    /** The address that the body goes to, if it has any bytes; asked right after {@link #onHeader}. */
    long bodyTarget();

    /** The body is there. */
    void onEnd();
}
