package io.rtrs.bench.peers.stream;

/** One end of a transport that whoever wants it to go on has to turn. <b>Threading:</b> one thread. */
public interface SpinningEnd extends Outbox, AutoCloseable {
    /** Who takes what arrives. */
    void reader(FrameReader next);

    /** One turn of everything; whether there was something to do. */
    boolean turn();

    @Override
    void close();
}
