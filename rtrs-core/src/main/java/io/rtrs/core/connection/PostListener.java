package io.rtrs.core.connection;

/** Hears when a chain that may have been gathered with others is handed to the device. */
@FunctionalInterface
public interface PostListener {
    /** The post has returned, whatever it returned, or has thrown; called once for each chain, on the thread that posted. */
    void onPosted();
}
