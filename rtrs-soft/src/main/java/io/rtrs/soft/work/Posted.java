package io.rtrs.soft.work;

/** What a post reports beside its errno. */
public final class Posted {
    /** Index of the first work request that was not posted. */
    public int bad;
}
