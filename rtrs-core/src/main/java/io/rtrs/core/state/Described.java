package io.rtrs.core.state;

/** A state or an event that says in one sentence what it means. */
public interface Described {
    /** The sentence. */
    String sentence();
}
