package io.rtrs.soft.memory;

/** What a memory key can name: a {@link Region} or a {@link Window}. */
public interface Keyed {
    /** The key that is valid now. */
    int key();
}
