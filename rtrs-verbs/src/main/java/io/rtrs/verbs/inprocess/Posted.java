package io.rtrs.verbs.inprocess;

/** What a post reports beside its errno. */
final class Posted {
    /** Index of the first work request that was not posted. */
    int bad;
}
