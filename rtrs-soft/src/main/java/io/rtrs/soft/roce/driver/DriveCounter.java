package io.rtrs.soft.roce.driver;

/** What is counted of who drives and how he waits, each with its unit and a sentence. */
enum DriveCounter {
    SOCKETS("sockets", "Sockets that were opened: one for each completion channel or queue, up to 16 of an address."),
    TURNS("turns", "Turns of those who poll, wait, post or time: each receives, executes or sends."),
    LOOKS("turns", "Turns among them that looked at a socket."),
    ATTENDED(
            "times",
            "Times that a socket's own thread did what was overdue, because those who drive it were busy elsewhere."),
    NAPS("times", "Times that somebody slept on a socket."),
    HAND_OVERS("times", "Times that who left a socket woke another to sleep on it in his place.");

    private final String unit;
    private final String sentence;

    DriveCounter(String unit, String sentence) {
        this.unit = unit;
        this.sentence = sentence;
    }

    /** What is counted. */
    String unit() {
        return unit;
    }

    /** What it means. */
    String sentence() {
        return sentence;
    }
}
