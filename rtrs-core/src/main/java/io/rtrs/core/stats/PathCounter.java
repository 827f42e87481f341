package io.rtrs.core.stats;

/** The counters of a path (spec/rtrs.md 15.1), each with its unit and a sentence. */
public enum PathCounter {
    READS("requests", "READ requests submitted on this path."),
    READ_BYTES("bytes", "User header and data of those READ requests."),
    WRITES("requests", "WRITE requests submitted on this path."),
    WRITE_BYTES("bytes", "User header and data of those WRITE requests."),
    IN_FLIGHT("requests", "Requests submitted on this path and not yet completed; a level, not reset with the others."),
    FAILOVERS("requests", "Requests that this path took over from another, not those that had to wait for it."),
    RECONNECTS_OK("attempts", "Reconnects that succeeded."),
    RECONNECTS_FAILED("attempts", "Reconnects that failed.");

    private final String unit;
    private final String sentence;

    PathCounter(String unit, String sentence) {
        this.unit = unit;
        this.sentence = sentence;
    }

    /** What is counted. */
    public String unit() {
        return unit;
    }

    /** What it means. */
    public String sentence() {
        return sentence;
    }
}
