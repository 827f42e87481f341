package io.rtrs.verbs;

/**
 * Something that a provider counts or measures, described once for all that show it.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param name unlike those of the provider's other counters, in the letters of an identifier; it stays the same from version to
 *     version
 * @param unit of the value, in the plural
 * @param kind how values of several parts become one
 * @param meaning a sentence
 */
public record Counter(String name, String unit, Kind kind, String meaning) {
    /** Name of a counter: times that a connection began to send something again. */
    public static final String RETRANSMISSIONS = "retransmissions";

    /** Name of a counter: times that a connection waited in vain for an answer. */
    public static final String TIMEOUTS = "timeouts";

    /** Name of a counter: packets that a socket dropped because its receive buffer was full. */
    public static final String RECEIVE_OVERFLOW = "link_receive_overflow";

    /** Name of a counter: times that a socket took no more. */
    public static final String SOCKET_FULL = "link_socket_full";

    /** How values of several parts become one. */
    public enum Kind {
        /** Grows for as long as the process lives; that of several parts is their sum. */
        TOTAL,
        /** As it is now; that of several parts is the largest. */
        LARGEST,
        /** As it is now; that of several parts is the smallest. */
        SMALLEST;

        /** Both as one. */
        public long join(long one, long other) {
            return switch (this) {
                case TOTAL -> one + other;
                case LARGEST -> Math.max(one, other);
                case SMALLEST -> Math.min(one, other);
            };
        }
    }
}
