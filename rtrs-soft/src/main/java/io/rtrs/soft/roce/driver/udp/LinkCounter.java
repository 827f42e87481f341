package io.rtrs.soft.roce.driver.udp;

/** The counters of links, each with its unit and a sentence. */
public enum LinkCounter {
    PACKETS_SENT("packets", "Packets that the kernel took."),
    SEND_CALLS("calls", "System calls that sent them."),
    SOCKET_FULL("times", "Times that the socket had no room, so that packets had to stay."),
    PACKETS_REFUSED("packets", "Packets that the kernel refused for another reason, and that were dropped."),
    ERRORS_REPORTED(
            "reports",
            "Errors that the network reported about packets sent before: nobody at the port, no host, no route."),
    PACKETS_RECEIVED("packets", "Datagrams that came in."),
    RECEIVE_CALLS("calls", "System calls that asked for datagrams, those that found none included."),
    TRUNCATED("times", "Receptions that did not fit into a buffer and were dropped."),
    RECEIVE_OVERFLOW("packets", "Datagrams that the kernel dropped because the socket's receive buffer was full.");

    private final String unit;
    private final String sentence;

    LinkCounter(String unit, String sentence) {
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

    /** Its value of a link; {@link LinkCounters#UNKNOWN}: this driver cannot know it. */
    public long of(LinkCounters counters) {
        return switch (this) {
            case PACKETS_SENT -> counters.packetsSent();
            case SEND_CALLS -> counters.sendCalls();
            case SOCKET_FULL -> counters.socketFull();
            case PACKETS_REFUSED -> counters.packetsRefused();
            case ERRORS_REPORTED -> counters.errorsReported();
            case PACKETS_RECEIVED -> counters.packetsReceived();
            case RECEIVE_CALLS -> counters.receiveCalls();
            case TRUNCATED -> counters.truncated();
            case RECEIVE_OVERFLOW -> counters.receiveOverflow();
        };
    }
}
