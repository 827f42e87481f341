package io.rtrs.verbs.inprocess;

/** What a memory key can name: a {@link Region} or a {@link Window}. */
interface Keyed {
    /** The key that is valid now. */
    int key();
}
