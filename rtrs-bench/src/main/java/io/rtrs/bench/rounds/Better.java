package io.rtrs.bench.rounds;

/** Which of two figures is the better one. */
public enum Better {
    /** As of rates. */
    MORE,
    /** As of times. */
    LESS
}
