package io.rtrs.soft.roce.cm;

/**
 * What a manager holds at most; beyond it, requests find no room.
 *
 * @param halfOpen requests that came in and are not established: beyond, a REQ is dropped unseen, and its sender tries again
 * @param backlog of these, how many a listener's consumer may leave undecided, unless it asked for less; beyond as above
 * @param connections of all kinds, timewait included: beyond, a REQ is rejected with reason 3 and connect fails with ENOMEM
 */
public record CmLimits(int halfOpen, int backlog, int connections) {
    /** The kernel's backlog, and room for many clients. */
    public static final CmLimits DEFAULT = new CmLimits(4096, 1024, 65_536);
}
