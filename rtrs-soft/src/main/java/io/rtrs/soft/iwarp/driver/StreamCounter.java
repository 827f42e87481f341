package io.rtrs.soft.iwarp.driver;

/** What is counted of connections and their sockets, each with its unit and a sentence. */
enum StreamCounter {
    CONNECTED("connections", "Connections that stood, from here and to here."),
    ASKED("requests", "Connect requests of peers that were told to a listener."),
    BYTES_RECEIVED("bytes", "Bytes that were read from sockets, startup frames aside."),
    BYTES_SENT("bytes", "Bytes that sockets took, startup frames aside."),
    READS("calls", "Calls that read from sockets."),
    READS_EMPTY("calls", "Calls among them that found nothing."),
    WRITES("calls", "Calls that wrote to sockets."),
    SOCKET_FULL("times", "Times that a socket took no more, or not all."),
    STALLED("times", "Times that a connection was not read because no receive was posted."),
    RESET("connections", "Connections that broke: RST, or TCP gave up."),
    STRANGERS("connections", "TCP connections whose first bytes were no acceptable startup frame, or none in time."),
    EVICTED("connections", "Silent TCP connections that had to go for newer ones."),
    FAULTS("connections", "Connections that a fault of this program ended.");

    private final String unit;
    private final String sentence;

    StreamCounter(String unit, String sentence) {
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
