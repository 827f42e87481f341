package io.rtrs.soft.roce.cm;

/** A consumer that takes requests for a port. */
final class Listener {
    final long handle;
    final int port;
    final boolean wildcard;
    final int backlog;

    /** Requests that its consumer has not decided. */
    int undecided;

    Listener(long handle, int port, boolean wildcard, int backlog) {
        this.handle = handle;
        this.port = port;
        this.wildcard = wildcard;
        this.backlog = backlog;
    }
}
